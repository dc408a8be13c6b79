"""Who answers on the bench: the guided conversation, the worst replies, a model on this laptop, or another server."""

from collections.abc import AsyncGenerator, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from zlib import crc32

from app.evidence.probes import FOLDER
from app.probe.replying import replied, reply_to
from app.probe.trace import Tracer
from app.probe.values import Probe, ProbeError, Replied, ReplyProbe, Said
from app.responders.guided import GuidedResponder
from app.responders.protocol import Responder
from app.responders.scripted import ScriptedResponder
from guardrails.statistics.examples import ReplyExample, reply_examples
from guardrails.values import GuardSettings

WORST = "scripted-worst"
GUIDED = "guided"
OWN = "own"  # a reply probe with the reply that stands in it
_GGUF = b"GGUF"

Pick = Callable[[Probe | ReplyProbe], tuple[Responder, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Voice:
    """A responder by the name it was asked for. `pick` gives who answers a probe, and which spans are known bad.

    `host` is the other server that is asked; it stands on every page.
    """

    name: str
    pick: Pick
    responder: Responder | None = None  # to close in the end
    host: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """One line of the comparison: counts over all probes that one responder answered."""

    responder: str
    count: int
    asked: int
    leaked: int  # characters
    removed: int  # replies of which something was left out
    failed: int
    events: tuple[tuple[str, int], ...]
    ms: float  # median


def voice(spec: str, home: Path, guided: GuidedResponder, *, model: str = "", allowed: Collection[str] = ()) -> Voice:
    """The voice for `guided`, `scripted-worst`, the path of a GGUF, or http(s)://…; raises `ProbeError`."""
    if spec == GUIDED:
        return Voice(GUIDED, lambda _: (guided, ()))
    if spec == WORST:
        return Voice(WORST, _worst(home))
    if "://" in spec:
        from app.responders.remote import AddressError, remote_responder

        try:
            remote = remote_responder(spec, model or "default", allowed)
        except AddressError:
            raise ProbeError("responder") from None
        return Voice(remote.host, lambda _: (remote, ()), remote, remote.host)
    path = Path(spec).expanduser()
    if not _is_gguf(path):
        raise ProbeError("responder")
    from app.responders.llama import LlamaResponder

    llama = LlamaResponder(path, home=home)
    return Voice(path.name, lambda _: (llama, ()), llama)


def own_voice() -> Voice:
    """Reply probes as they stand: the responder says the reply of the probe."""
    return Voice(OWN, _own)


async def replies_of(
    tracer: Tracer, guided: GuidedResponder, probes: Iterable[Probe | ReplyProbe], voices: Sequence[Voice]
) -> AsyncGenerator[Replied]:
    """Every probe answered by every voice, one after another."""
    for probe in probes:
        trace = tracer.trace(_said(probe), GuardSettings())
        for one in voices:
            responder, bad = one.pick(probe)
            reply = await reply_to(trace, tracer.guard, responder, guided)
            yield replied(probe.example.id, trace, reply, one.name, bad)


def compared(rows: Iterable[Replied]) -> tuple[Compared, ...]:
    """One line for each responder, in the order in which they first answered."""
    groups: dict[str, list[Replied]] = {}
    for row in rows:
        groups.setdefault(row.responder, []).append(row)
    return tuple(_compared(name, found) for name, found in groups.items())


def _compared(name: str, rows: Sequence[Replied]) -> Compared:
    events: dict[str, int] = {}
    for row in rows:
        for event in dict.fromkeys(row.events):
            events[event] = events.get(event, 0) + 1
    return Compared(
        responder=name,
        count=len(rows),
        asked=sum(row.asked for row in rows),
        leaked=sum(row.leaked for row in rows),
        removed=sum(bool(row.removed) for row in rows),
        failed=sum(bool(row.failed) for row in rows),
        events=tuple(sorted(events.items())),
        ms=round(median(row.ms for row in rows), 1),
    )


def _said(probe: Probe | ReplyProbe) -> tuple[Said, ...]:
    if isinstance(probe, ReplyProbe):
        return (Said("user", probe.example.user),)
    return (*probe.context, Said("user", probe.example.text))


def _own(probe: Probe | ReplyProbe) -> tuple[Responder, tuple[str, ...]]:
    if not isinstance(probe, ReplyProbe):
        raise ProbeError("responder")
    return ScriptedResponder([probe.example.reply]), probe.example.bad


def _worst(home: Path) -> Pick:
    """For each probe one of the bad replies of the probe sets, in its language; always the same one."""
    paths = sorted((home / FOLDER).glob("*replies*.jsonl"))
    worst = [row for row in reply_examples(*paths) if row.bad]
    by_language = {name: [row for row in worst if row.language == name] for name in ("nl", "en")}
    if not all(by_language.values()):
        raise ProbeError("no_worst")

    def pick(probe: Probe | ReplyProbe) -> tuple[Responder, tuple[str, ...]]:
        rows: list[ReplyExample] = by_language.get(probe.example.language) or by_language["nl"]
        row = rows[crc32(probe.example.id.encode()) % len(rows)]
        return ScriptedResponder([row.reply]), row.bad

    return pick


def _is_gguf(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_GGUF)) == _GGUF
    except OSError:
        return False
