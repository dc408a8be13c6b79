"""One conversation through the guard, step by step, as a frozen trace: what each layer reads, and what it costs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import TypeVar

from app.probe.values import Said
from app.probe.why import Fired, Score, Why
from guardrails.guard import Guard, Rules
from guardrails.heard import hear
from guardrails.values import GuardSettings, Memory, Message, Plan, Reading, Session

T = TypeVar("T")
APART = timedelta(seconds=20)
CONVERSATION = ""


@dataclass(frozen=True, slots=True)
class Took:
    """One step and its time in milliseconds."""

    step: str
    ms: float


@dataclass(frozen=True, slots=True)
class Turn:
    """One message and what the guard knows after it; `reading` and what follows it only for a message of the person."""

    number: int
    said: Said
    memory: Memory
    reading: Reading | None = None
    plan: Plan | None = None
    fired: tuple[Fired, ...] = ()
    scores: tuple[Score, ...] = ()
    took: tuple[Took, ...] = ()


@dataclass(frozen=True, slots=True)
class Trace:
    """Everything of one conversation; the last turn is the one that is looked at. Times in milliseconds."""

    turns: tuple[Turn, ...]
    messages: tuple[Message, ...] = field(repr=False)
    settings: GuardSettings
    session: Session

    @property
    def last(self) -> Turn:
        """The newest message of the person."""
        return next(turn for turn in reversed(self.turns) if turn.reading is not None)


class Tracer:
    """The guard with its layers in view. Holds nothing of what it was given."""

    def __init__(self, rules: Rules, why: Why) -> None:
        self.guard, self._rules, self._why = Guard(rules), rules, why

    def trace(self, said: Sequence[Said], settings: GuardSettings, minutes: float = 0.0) -> Trace:
        """Fold the conversation, `minutes` of talking having passed. The last message must be the person's."""
        messages = dated(said)
        session = Session(minutes=minutes, minutes_today=minutes, messages=len(messages), kept=False)
        memory, turns = Memory(), list[Turn]()
        for number, message in enumerate(messages, start=1):
            if message.role == "assistant":
                memory = self.guard.heard(message, memory)
                turns.append(Turn(number, said[number - 1], memory))
                continue
            turn = self._turn(number, message, memory, session, settings)
            memory = turn.memory
            turns.append(turn)
        return Trace(tuple(turns), messages, settings, session)

    def _turn(self, number: int, message: Message, before: Memory, session: Session, settings: GuardSettings) -> Turn:
        text, clock = message.text, _Clock()
        heard = clock("hear", lambda: hear(text))
        language = clock("language", lambda: self._rules.detector.detect(text, before.language or settings.language))
        clock("risk", lambda: self._rules.risk.read(text, heard))
        scores = clock("statistics", lambda: self._why.scores(text, language, heard))
        clock("beliefs", lambda: self._rules.beliefs.read(text, None, heard))
        clock("asks", lambda: self._rules.asks.read(text, before.minor, heard))
        reading, memory = clock("read", lambda: self.guard.read(message, before, message.at, settings))
        plan = clock("plan", lambda: self.guard.plan(reading, memory, session, settings, message.at))
        return Turn(
            number,
            Said("user", text),
            memory,
            reading,
            plan,
            self._why.fired(text, reading.rules, heard),
            scores,
            tuple(clock.took),
        )


class _Clock:
    """Runs a step and notes its time."""

    def __init__(self) -> None:
        self.took: list[Took] = []

    def __call__(self, step: str, work: Callable[[], T]) -> T:
        begun = perf_counter()
        done = work()
        self.took.append(Took(step, (perf_counter() - begun) * 1000))
        return done


def dated(said: Sequence[Said], now: datetime | None = None) -> tuple[Message, ...]:
    """The conversation as if all of it was said in the last minutes, as `check messages` does."""
    last = now or datetime.now(UTC)
    return tuple(
        Message(one.role, one.text, last - APART * (len(said) - 1 - place), CONVERSATION)
        for place, one in enumerate(said)
    )
