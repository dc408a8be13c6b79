"""`probe`: the bench for testers on its own port and data; `probe run FILE…` does the same without a page."""

import asyncio
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.arguments import Arguments
from app.commands.evidence import content_version
from app.commands.saying import CommandError, language
from app.settings import Settings, SettingsError, default_data_dir, read_settings

if TYPE_CHECKING:
    from app.probe.values import Probe, ProbeError, Replied, ReplyProbe

HOME = Path(__file__).resolve().parents[2]
_PERSONAL = ("vault", "vault.keys", "vault.db", "vault.new", "vault.next", "vault.old")
_SHOW_EVERY = 500  # readings


def run(words: Sequence[str]) -> int:
    """Serve the bench, or run probe files. Raises `CommandError`."""
    return _run(words[1:]) if words[:1] == ["run"] else _serve(words)


def default_folder() -> Path:
    """Beside the person's own data, never in it."""
    own = default_data_dir()
    return own.with_name(f"{own.name}-testbank")


def is_personal(folder: Path) -> bool:
    """Whether a folder is, or holds, a person's own data."""
    own = default_data_dir().absolute()
    whole = folder.absolute()
    inside = own == whole or own in whole.parents
    return inside or folder.name == "vault" or any((folder / name).exists() for name in _PERSONAL)


def sentence_of(error: "ProbeError") -> CommandError:
    """The same, as a command says it."""
    return CommandError(f"probe_{error.code}", file=error.file, line=error.line)


def _run(words: Sequence[str]) -> int:
    from app.probe.pressure import PRESSURES
    from app.probe.values import ProbeError

    parser = Arguments("probe run")
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--pressure", action="append", default=[], choices=(*PRESSURES, "all"))
    parser.add_argument("--against", metavar="RUN.json")
    parser.add_argument("--json", metavar="OUT")
    parser.add_argument("--csv", metavar="OUT")
    parser.add_argument("--responder", action="append", default=[], metavar="guided|scripted-worst|MODEL.gguf|URL")
    parser.add_argument("--model-name", default="")
    parser.add_argument("--allow-host", action="append", default=[])
    found = parser.parse_args(words)
    pressures = PRESSURES if "all" in found.pressure else tuple(dict.fromkeys(found.pressure))
    try:
        probes = _probes(tuple(map(Path, found.files)))
        if found.responder or any(hasattr(probe.example, "reply") for probe in probes):
            return asyncio.run(_compare(probes, found.responder, found.model_name, found.allow_host))
        return _read(probes, pressures, found.against, found.json, found.csv)
    except ProbeError as error:
        raise sentence_of(error) from None


def _probes(files: Sequence[Path]) -> "list[Probe | ReplyProbe]":
    """All probes of all files; a file that is not right is named before anything runs."""
    from app.probe.files import read_probes
    from app.probe.values import MOST_ROWS, ProbeError

    probes: list[Probe | ReplyProbe] = []
    for path in files:
        for probe in read_probes(path):
            probes.append(probe)
            if len(probes) > MOST_ROWS:
                raise ProbeError("too_many", file=path.name)
    return probes


def _read(
    probes: "Sequence[Probe | ReplyProbe]",
    pressures: Sequence[str],
    against: str | None,
    to_json: str | None,
    to_csv: str | None,
) -> int:
    from app.probe.exports import as_csv, as_json, read_run
    from app.probe.files import risk_probes
    from app.probe.report import run_lines
    from app.probe.running import Run, differences, read_all
    from app.probe.texts import pressure_texts
    from app.probe.values import Outcome
    from app.web.words import load_words
    from guardrails.guard import Guard, load
    from guardrails.values import Language

    before = read_run(Path(against)) if against else None
    words = load_words(HOME, "probe")
    outcomes: list[Outcome] = []
    stopped = False
    try:
        for outcome in read_all(Guard(load(HOME)), risk_probes(probes), pressures, pressure_texts(words)):
            outcomes.append(outcome)
            if len(outcomes) % _SHOW_EVERY == 0 and sys.stderr.isatty():
                print(len(outcomes), file=sys.stderr)
    except KeyboardInterrupt:
        stopped = True
    done = Run(content_version(HOME), f"{datetime.now().astimezone():%Y-%m-%d %H:%M}", tuple(outcomes), stopped)
    changed = differences(before.outcomes, done.outcomes) if before else None
    _print(run_lines(done, words[Language(language())], changed))
    for place, text in ((to_json, as_json), (to_csv, as_csv)):
        if place:
            _write(Path(place), text(done))
    return 130 if stopped else 0


async def _compare(
    probes: "Sequence[Probe | ReplyProbe]", specs: Sequence[str], model: str, allowed: Sequence[str]
) -> int:
    from app.probe.report import comparison_lines
    from app.probe.trace import Tracer
    from app.probe.voices import compared, own_voice, replies_of, voice
    from app.probe.why import load_why
    from app.responders.guided import GuidedResponder
    from app.web.words import load_words
    from guardrails.guard import load
    from guardrails.values import Language

    guided = GuidedResponder.load(HOME)
    voices = [voice(spec, HOME, guided, model=model, allowed=allowed) for spec in specs] or [own_voice()]
    for one in voices:
        await _reachable(one.responder)
    rules = load(HOME)
    tracer = Tracer(rules, load_why(HOME, rules))
    rows: list[Replied] = []
    try:
        async for row in replies_of(tracer, guided, probes, voices):
            rows.append(row)
            if len(rows) % _SHOW_EVERY == 0 and sys.stderr.isatty():
                print(len(rows), file=sys.stderr)
    finally:
        for one in voices:
            if one.responder is not None:
                await one.responder.aclose()
    _print(comparison_lines(compared(rows), load_words(HOME, "probe")[Language(language())]))
    return 0


async def _reachable(responder: object) -> None:
    """A server that may not be asked is said before anything runs."""
    from app.responders.remote import AddressError, RemoteResponder

    if isinstance(responder, RemoteResponder):
        try:
            await responder.check()
        except AddressError as error:
            raise CommandError("probe_host" if error.code != "unknown_host" else "probe_responder") from None


def _print(lines: Iterator[str]) -> None:
    encoding = sys.stdout.encoding or "utf-8"
    for line in lines:
        sys.stdout.write(line.encode(encoding, "replace").decode(encoding) + "\n")
    sys.stdout.flush()


def _write(path: Path, text: str) -> None:
    """Over an earlier export of the same name, whole or not at all."""
    beside = path.with_name(path.name + ".part")
    try:
        beside.write_text(text, encoding="utf-8", newline="")
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise CommandError("probe_no_write", file=path.name) from None


def _serve(words: Sequence[str]) -> int:
    settings, spec, model, allowed = _settings(words)
    from app.commands.serving.apart import confine, serve_apart
    from app.commands.serving.bench import make_probe
    from app.probe.values import ProbeError

    confine(other_servers="://" in spec)
    try:
        return serve_apart(
            settings.data_dir,
            settings.port,
            no_browser=settings.no_browser,
            make=lambda port, sessions: make_probe(
                settings.data_dir, HOME, port, sessions, spec=spec, model=model, allowed=allowed
            ),
            ready="probe_ready",
        )
    except ProbeError as error:
        raise sentence_of(error) from None


def _settings(words: Sequence[str]) -> tuple[Settings, str, str, tuple[str, ...]]:
    from app.probe.voices import GUIDED

    parser = Arguments("probe")
    parser.add_argument("--port")
    parser.add_argument("--data-dir")
    parser.add_argument("--responder", default=GUIDED)
    parser.add_argument("--model-name", default="")
    parser.add_argument("--allow-host", action="append", default=[])
    parser.add_argument("--no-browser", action="store_true")
    found = parser.parse_args(words)
    folder = Path(found.data_dir).expanduser() if found.data_dir else default_folder()
    if is_personal(folder):
        raise CommandError("probe_vault", code=2)
    try:
        settings = read_settings(port=found.port, data_dir=folder, model="guided", no_browser=found.no_browser)
    except SettingsError as error:
        known = error.name in ("port", "data_dir")
        raise CommandError(error.name if known else "setting", code=2, name=error.name) from None
    return settings, found.responder, found.model_name, tuple(found.allow_host)
