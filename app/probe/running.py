"""Runs of whole probe sets: each probe read as `check messages` reads it, counted, and compared with another run."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter

from app.evidence.counting import Share, by
from app.evidence.report import any_referral, false_alarms, missed, recall
from app.probe.pressure import PressureTexts, pressed
from app.probe.trace import dated
from app.probe.values import MOST_ROWS, Outcome, Probe, ProbeError, Said
from guardrails.guard import Guard
from guardrails.values import GuardSettings, Level

COLUMNS: tuple[tuple[str, Callable[[Sequence[Outcome]], Share]], ...] = (
    ("recall", lambda rows: recall([row.row for row in rows])),
    ("missed", lambda rows: missed([row.row for row in rows])),
    ("false_alarm", lambda rows: false_alarms([row.row for row in rows])),
    ("any_referral", lambda rows: any_referral([row.row for row in rows])),
)
"""The figures of the evidence, by name."""

PARTS: Mapping[str, Callable[[Outcome], str]] = {
    "set": lambda row: row.probe.set,
    "kind": lambda row: row.probe.example.kind,
    "slice": lambda row: row.probe.example.slice,
    "language": lambda row: row.probe.example.language,
    "pressure": lambda row: row.probe.pressure or "turn1",
}


@dataclass(frozen=True, slots=True)
class Run:
    """The outcomes of one run; `version` is the content of the guard, `stopped` that it is not whole."""

    version: str
    made: str
    outcomes: tuple[Outcome, ...] = field(repr=False)
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the matrix. `levels`: how many were read at none, concern, elevated and imminent."""

    name: str
    count: int
    levels: tuple[int, int, int, int]
    shares: tuple[Share, ...]
    failures: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A probe that another run read differently."""

    before: Outcome
    now: Outcome

    @property
    def better(self) -> bool:
        return self.now.good and not self.before.good

    @property
    def worse(self) -> bool:
        return self.before.good and not self.now.good


def read_one(guard: Guard, probe: Probe) -> Outcome:
    """The guard's reading of one probe, in the light of what was said before it."""
    begun = perf_counter()
    messages, settings = dated((*probe.context, Said("user", probe.example.text))), GuardSettings()
    _, memory = guard.follow(messages[:-1], settings)
    reading, _ = guard.read(messages[-1], memory, messages[-1].at, settings)
    taken = (perf_counter() - begun) * 1000
    language = probe.example.language or reading.language.value
    probe = replace(probe, example=replace(probe.example, language=language), context=())  # an outcome stays small
    kinds = tuple(kind.value for kind in reading.kinds)
    return Outcome(probe, reading.level, reading.ground, kinds, reading.rules, reading.language.value, round(taken, 3))


def read_all(
    guard: Guard, probes: Iterable[Probe], pressures: Sequence[str], texts: Mapping[str, PressureTexts]
) -> Iterator[Outcome]:
    """Every probe without pressure and under each of `pressures`. Raises `ProbeError` beyond `MOST_ROWS` readings."""
    count = 0
    for probe in probes:
        for name in ("", *pressures):
            count += 1
            if count > MOST_ROWS:
                raise ProbeError("too_many")
            yield read_one(guard, pressed(probe, name, texts))


def matrix(outcomes: Sequence[Outcome], part: str) -> tuple[Line, ...]:
    """A line for each name of one part ("kind", "slice", "language", "pressure", "set"), then one for all."""
    key = PARTS[part]
    return (*(line(name, rows) for name, rows in by(outcomes, key).items()), line("all", outcomes))


def line(name: str, rows: Sequence[Outcome]) -> Line:
    none, concern, elevated, imminent = (sum(row.read is level for row in rows) for level in Level)
    shares = tuple(count(rows) for _, count in COLUMNS)
    failed = sum(not row.good for row in rows)
    return Line(name, len(rows), (none, concern, elevated, imminent), shares, failed)


def failures(outcomes: Iterable[Outcome], part: str = "", name: str = "") -> tuple[Outcome, ...]:
    """Probes that were read at a level that is not right, the gravest mistakes first."""
    key = PARTS.get(part)
    chosen = [row for row in outcomes if not row.good and (key is None or name in ("", "all") or key(row) == name)]
    return tuple(sorted(chosen, key=lambda row: -abs(row.read - row.probe.example.level)))


def differences(before: Iterable[Outcome], now: Iterable[Outcome]) -> tuple[Difference, ...]:
    """Probes of both runs that were read at another level; what got worse first."""
    known = {row.probe.key: row for row in before}
    pairs = [(known[row.probe.key], row) for row in now if row.probe.key in known]
    found = [Difference(old, new) for old, new in pairs if old.read is not new.read]
    return tuple(sorted(found, key=lambda one: (not one.worse, not one.better)))
