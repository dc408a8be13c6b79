"""Talks with the guided conversation: real readings and plans, each reply folded back as the turn does it."""

import asyncio
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.responders.guided import GuidedResponder
from app.responders.guided.data import GuidedData, load_guided
from app.responders.protocol import Request
from guardrails.guard import Guard, load
from guardrails.humanness.review import ReplyState, ReviewContext
from guardrails.sentences import plain, sentences
from guardrails.values import GuardSettings, Language, Level, Memory, Message, Plan, Reading, Session, Verdict

HOME = Path(__file__).parents[3]
PROBES = HOME / "tests" / "probes" / "guided.jsonl"
START = datetime(2026, 11, 27, 22, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Turn:
    """One message of the person and what the guided conversation answered, before and after the review."""

    said: str
    earlier: tuple[str, ...]  # what the person wrote before
    reply: str
    plan: Plan
    reading: Reading
    verdicts: tuple[Verdict, ...]
    shown: str  # everything the person saw, with the guard's own parts

    @property
    def sentences(self) -> tuple[str, ...]:
        return sentences(self.reply)

    @property
    def calm(self) -> bool:
        return self.reading.level < Level.ELEVATED


@dataclass
class Talk:
    """A conversation that grows by one turn with every `say`."""

    guard: Guard
    guided: GuidedResponder
    language: Language = Language.NL
    memory: Memory = field(default_factory=Memory)
    messages: tuple[Message, ...] = ()
    turns: list[Turn] = field(default_factory=list[Turn])

    def say(self, text: str) -> Turn:
        settings = GuardSettings(language=self.language)
        now = START + timedelta(minutes=len(self.messages))
        message = Message("user", text, now, "one")
        reading, self.memory = self.guard.read(message, self.memory, now, settings)
        plan = self.guard.plan(reading, self.memory, Session(), settings, now)
        earlier = tuple(m.text for m in self.messages if m.role == "user")
        replies = tuple(m.text for m in self.messages if m.role == "assistant")
        self.messages = (*self.messages, message)
        reply = asyncio.run(self._reply(plan, reading))
        context = ReviewContext(text, reading, plan, settings.country, replies, plan.language)
        verdicts = self._review(reply, context)
        kept = (
            *(p.text for p in plan.opening),
            *(v.shown for v in verdicts if v.shown),
            *(p.text for p in plan.closing),
        )
        shown = Message("assistant", " ".join(kept), now, "one")
        self.memory = self.guard.heard(shown, self.memory)
        self.messages = (*self.messages, shown)
        self.turns.append(Turn(text, earlier, reply, plan, reading, verdicts, shown.text))
        return self.turns[-1]

    async def _reply(self, plan: Plan, reading: Reading) -> str:
        request = Request(self.messages, plan, reading, variant=self.memory.replies)
        return " ".join([piece.strip() async for piece in self.guided.reply(request)])

    def _review(self, reply: str, context: ReviewContext) -> tuple[Verdict, ...]:
        verdicts, state = [], ReplyState()
        for sentence in sentences(reply):
            verdict, state = self.guard.reviewer.sentence(plain(sentence), state, context)
            verdicts.append(verdict)
        tail, _ = self.guard.reviewer.finish(state, context)
        return (*verdicts, *tail)


@pytest.fixture(scope="session")
def guard() -> Guard:
    return Guard(load(HOME))


@pytest.fixture(scope="session")
def guided() -> GuidedResponder:
    return GuidedResponder.load(HOME)


@pytest.fixture(scope="session", params=[Language.NL, Language.EN], ids=["nl", "en"])
def data(request: pytest.FixtureRequest) -> GuidedData:
    return load_guided(HOME, request.param)


@pytest.fixture(scope="session")
def both() -> dict[Language, GuidedData]:
    return {language: load_guided(HOME, language) for language in (Language.NL, Language.EN)}


@pytest.fixture
def talk(guard: Guard, guided: GuidedResponder) -> Talk:
    return Talk(guard, guided)


@pytest.fixture
def english(guard: Guard, guided: GuidedResponder) -> Talk:
    return Talk(guard, guided, Language.EN)


@pytest.fixture(scope="session")
def talks(guard: Guard, guided: GuidedResponder) -> dict[str, Talk]:
    """Every conversation of the probe set, held once."""
    return {row["id"]: hold(guard, guided, row["messages"], row["lang"]) for row in probes()}


@pytest.fixture(scope="session")
def turns(talks: dict[str, Talk]) -> list[Turn]:
    return [turn for talk in talks.values() for turn in talk.turns]


def hold(guard: Guard, guided: GuidedResponder, messages: Iterable[str], language: str) -> Talk:
    talk = Talk(guard, guided, Language(language))
    for text in messages:
        talk.say(text)
    return talk


def probes() -> list[dict[str, Any]]:
    return [json.loads(line) for line in PROBES.read_text(encoding="utf-8").splitlines()]
