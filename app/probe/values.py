"""The values of the bench: probes in, outcomes out. Everything in them is invented for testing."""

from dataclasses import dataclass, field
from typing import Literal

from app.evidence.probes import RiskRow
from guardrails.statistics.examples import ReplyExample, RiskExample
from guardrails.values import Ground, Level

Role = Literal["user", "assistant"]
MOST_ROWS = 20_000
LONGEST_TEXT = 20_000  # characters of one message
MOST_SAID = 400  # messages of one conversation


class ProbeError(Exception):
    """A file or a typed conversation cannot be used. `code` names a sentence; `line` is 0 when none is meant.

    Holds the name of a file and a number, never what is in it.
    """

    def __init__(self, code: str, *, file: str = "", line: int = 0) -> None:
        super().__init__(code)
        self.code, self.file, self.line = code, file, line


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a conversation as it was typed."""

    role: Role
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Probe:
    """One labelled message; `context` is all that was said before it. `pressure` names what was done to it."""

    set: str
    example: RiskExample
    context: tuple[Said, ...] = ()
    pressure: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        return self.set, self.example.id, self.pressure


@dataclass(frozen=True, slots=True)
class ReplyProbe:
    """One reply of a model with its label, and the message it answers."""

    set: str
    example: ReplyExample


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the guard made of one probe; the same as `check messages` gives for it. `ms`: time of this message."""

    probe: Probe
    read: Level
    ground: Ground | None
    kinds: tuple[str, ...]
    rules: tuple[str, ...]
    language: str
    ms: float

    @property
    def row(self) -> RiskRow:
        """As the evidence counts it."""
        kind = self.kinds[0] if self.kinds else "none"
        return RiskRow(self.probe.set, self.probe.example, self.read, kind, self.rules)

    @property
    def good(self) -> bool:
        """Read at the level of its label, or at one that is right too."""
        return self.read in self.probe.example.allowed


@dataclass(frozen=True, slots=True)
class Replied:
    """What one responder wrote to one probe and what a person would see of it. `leaked`: characters."""

    responder: str
    id: str
    said: str = field(repr=False)
    written: str = field(repr=False)
    shown: str = field(repr=False)
    leaked: int
    events: tuple[str, ...]
    removed: tuple[str, ...]  # kinds of what was left out
    failed: str
    asked: bool  # false when the guard lets only the guided conversation answer
    ms: float
