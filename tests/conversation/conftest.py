"""A desk with real parts: the real guard, the real stores, the guided conversation; only the model is scripted."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.commands.serving.keeping import FolderDoor
from app.conversation.desk import Desk
from app.conversation.turn import Cast
from app.conversation.values import Box, ConversationView, Done, Preferences, Saved, Sentence, Shown
from app.responders.guided import GuidedResponder
from app.responders.scripted import ScriptedResponder
from app.vault import vault
from app.vault.kdf import FLOOR
from guardrails.guard import Guard, load

HOME = Path(__file__).parents[2]
PASSPHRASE = "stoel lamp raam plant"
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
CALM = "Dat klinkt zwaar."
DANGER = "Ik wil niet meer leven."


@pytest.fixture(scope="session")
def guard() -> Guard:
    return Guard(load(HOME))


@pytest.fixture(scope="session")
def guided() -> GuidedResponder:
    return GuidedResponder.load(HOME)


@dataclass
class Clock:
    """Stands still until a test moves it."""

    at: datetime = NOON

    def now(self) -> datetime:
        return self.at

    def go(self, **time: float) -> None:
        self.at += timedelta(**time)


@dataclass
class Answer:
    """Everything that came out of one turn, in order."""

    pieces: list[Shown] = field(default_factory=list[Shown])

    @property
    def saved(self) -> Saved:
        return next(piece for piece in self.pieces if isinstance(piece, Saved))

    @property
    def sentences(self) -> list[Sentence]:
        return [piece for piece in self.pieces if isinstance(piece, Sentence)]

    @property
    def boxes(self) -> list[Box]:
        return [piece for piece in self.pieces if isinstance(piece, Box)]

    @property
    def done(self) -> Done:
        found = self.pieces[-1]
        assert isinstance(found, Done)
        return found

    @property
    def text(self) -> str:
        """Everything a person sees of it."""
        shown = (
            p.text if isinstance(p, Sentence) else p.card.as_text()
            for p in self.pieces
            if isinstance(p, Sentence | Box)
        )
        return "\n".join(shown)

    @property
    def events(self) -> set[str]:
        return {event.name for event in self.done.events}


class Person:
    """Sits at a desk and talks in one conversation at a time."""

    def __init__(self, desk: Desk, model: ScriptedResponder, clock: Clock) -> None:
        self.desk, self.model, self.clock = desk, model, clock
        self.talk = ""

    async def say(self, text: str, talk: str = "") -> Answer:
        answer = Answer()
        async with aclosing(self.desk.send(talk or self.talk, text)) as pieces:
            async for piece in pieces:
                answer.pieces.append(piece)
        return answer

    async def see(self, talk: str = "") -> ConversationView:
        return await self.desk.view(talk or self.talk)

    async def read(self) -> list[str]:
        """What stands on the page, a text for each message."""
        return ["\n".join(text for _, text in message.blocks) for message in (await self.see()).messages]


Story = Callable[[Person], Awaitable[Any]]


class Play:
    """Runs stories of one person, one desk after another, on the same folder and the same clock."""

    def __init__(self, guard: Guard, guided: GuidedResponder, folder: Path) -> None:
        self.guard, self.guided, self.folder = guard, guided, folder
        self.clock = Clock()
        self.failures: list[BaseException] = []

    def __call__(self, story: Story, *lines: Any, begin: bool = True, keeps: bool = True, **script: Any) -> Any:
        """A desk from start to close. `begin`: sit down first, at what lies in the folder or with nothing kept."""

        async def whole() -> Any:
            model = ScriptedResponder(lines or [CALM], **script)
            door = FolderDoor(self.folder if keeps else None)
            desk = Desk(door, self.guard, Cast(model, self.guided), self.clock, self.failures.append)
            person = Person(desk, model, self.clock)
            try:
                if begin:
                    await self._sit_down(person)
                return await story(person)
            finally:
                await desk.aclose()

        return asyncio.run(whole())

    def make_vault(self) -> str:
        """A vault in the folder, made quickly; returns its recovery code."""
        store, code = vault.create(self.folder, PASSPHRASE, FLOOR)
        store.close()
        return code.text

    async def _sit_down(self, person: Person) -> None:
        if not vault.exists(self.folder):
            person.talk = await person.desk.begin(Preferences())
            return
        await person.desk.unlock(PASSPHRASE)
        rows = await person.desk.conversations()
        person.talk = rows[0].id if rows else await person.desk.new_conversation()


@pytest.fixture
def play(guard: Guard, guided: GuidedResponder, tmp_path: Path) -> Play:
    """Nothing kept."""
    return Play(guard, guided, tmp_path)


@pytest.fixture
def kept(play: Play) -> Play:
    """At a vault."""
    play.make_vault()
    return play


@pytest.fixture(params=["memory", "vault"])
def either(request: pytest.FixtureRequest, play: Play) -> Play:
    """Nothing kept, and then at a vault."""
    if request.param == "vault":
        play.make_vault()
    return play
