"""A desk that does what a test tells it: the pages are tested through their real routes."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Literal, cast

from app.conversation.blocks import add_piece
from app.conversation.history import Spent
from app.conversation.papers import Papers
from app.conversation.searching import Found, excerpt, fold, holds, terms
from app.conversation.storage import Storage, StoredPaper
from app.conversation.takeaway import from_json
from app.conversation.told import Told, ToldMessage
from app.conversation.values import (
    Box,
    ConversationRow,
    ConversationView,
    DeskError,
    Done,
    Phase,
    Preferences,
    Replacing,
    Saved,
    Sentence,
    Shown,
    ShownMessage,
)
from app.conversation.why import Another, Feedback, Why, acted
from guardrails.values import Card, Country, Helpline, Language, Level, Message

NOW = datetime(2026, 11, 24, 15, 2, tzinfo=UTC)
PASSPHRASE = "stoel lamp raam plant"
RECOVERY_CODE = "KORT-MAAN-9RTX-22PL"


class FixedClock:
    def now(self) -> datetime:
        return NOW


def door(name: str = "112", number: str = "112", chat: str = "") -> Helpline:
    return Helpline(
        id="x",
        country=Country.NL,
        name=name,
        role="emergency",
        number=number,
        chat_url=chat,
        hours_text="dag en nacht",
        audience="Voor iedereen.",
        source_date="2026-09-08",
        recheck_by="2027-02-20",
    )


CARDS = (
    Card("help.danger", "Gevaar, nu", ("Pak je telefoon. Toets 112.",), (door(),)),
    Card(
        "help.suicide",
        "Gedachten aan zelfmoord",
        (),
        (door("113 Zelfmoordpreventie", "113", "https://www.113.nl/"),),
    ),
    Card("help.talk", "Gewoon met een mens praten", (), (door("Luisterlijn", "088 0767 000"),)),
)


@dataclass
class Talk:
    title: str
    messages: list[ShownMessage] = field(default_factory=list[ShownMessage])
    draft: str = ""
    view: dict[str, object] = field(default_factory=dict[str, object])


@dataclass(frozen=True)
class Sheet:
    id: str
    tool: str
    title: str
    body: str
    changed: datetime


class PaperBox:
    """The papers of a store, in a dict."""

    def __init__(self) -> None:
        self.sheets: dict[str, Sheet] = {}

    async def papers(self) -> tuple[StoredPaper, ...]:
        return tuple(reversed(self.sheets.values()))

    async def new_paper(self, tool: str, title: str, body: str, at: datetime) -> StoredPaper:
        made = Sheet(f"p{len(self.sheets) + 1}", tool, title, body, at)
        self.sheets[made.id] = made
        return made

    async def put_paper(self, paper: str, body: str, at: datetime) -> None:
        self.sheets[paper] = replace(self.sheets[paper], body=body, changed=at)

    async def delete_paper(self, paper: str) -> None:
        del self.sheets[paper]


class FakeHistory:
    """Looks back on the conversations of a `FakeDesk`."""

    def __init__(self, desk: "FakeDesk") -> None:
        self.desk = desk

    async def search(self, text: str) -> tuple[Found, ...]:
        wanted = terms(text)
        return tuple(
            Found(row.id, row.title, excerpt(words, wanted[0]))
            for row in await self.desk.conversations()
            for message in self.desk.talks[row.id].messages
            for _, words in message.blocks
            if holds(fold(words), wanted)
        )

    async def take(self, conversation: str = "") -> tuple[Told, ...]:
        rows = await self.desk.conversations()
        if conversation and conversation not in self.desk.talks:
            raise DeskError("no_such_conversation")
        return tuple(
            Told(row.title, NOW, tuple(ToldMessage(m.role, m.blocks, m.at) for m in self.desk.talks[row.id].messages))
            for row in rows
            if conversation in ("", row.id)
        )

    async def bring_back(self, text: str) -> int:
        return len(from_json(text, NOW))

    async def spent(self) -> Spent:
        await self.desk.conversations()
        return Spent(12, 40, 90, 6)


class FakeDesk:
    """Holds conversations in a dict; `script` says what the next reply is made of."""

    def __init__(self) -> None:
        self.script: list[Shown | asyncio.Event | RuntimeError] = [
            Sentence("Dat klinkt zwaar.", paragraph=True),
            Done(),
        ]
        self.talks: dict[str, Talk] = {}
        self.preferences = Preferences()
        self.brain: Literal["guided", "model"] = "guided"
        self.kept = False
        self.open = False
        self.vault = False
        self.typed = False
        self.passphrase = PASSPHRASE
        self.sent: list[str] = []
        self.stopped: list[str] = []
        self.closed_early = 0
        self.touches = 0
        self.cards: tuple[Card, ...] = CARDS
        self._number = 0
        self.box = PaperBox()
        self.papers = Papers(self._paper_box, FixedClock(), self._hear)
        self.heard: list[tuple[str, Level]] = []
        self.danger = ""  # a text with this in it raises the level
        self.raised = False
        self.history = FakeHistory(self)
        self.whys: dict[str, Why] = {}
        self.feedback: dict[str, Feedback] = {}
        self.anothers: list[Another] = []

    @property
    def phase(self) -> Phase:
        return Phase.OPEN if self.open else Phase.LOCKED if self.vault else Phase.NEW

    async def begin(self, preferences: Preferences) -> str:
        self.preferences, self.open = preferences, True
        return await self.new_conversation()

    async def keep(self, passphrase: str) -> str:
        if len(passphrase) < 12:
            raise DeskError("weak_passphrase")
        self.kept = self.vault = True
        return RECOVERY_CODE

    async def unlock(self, passphrase: str) -> None:
        if passphrase != PASSPHRASE:
            raise DeskError("wrong_passphrase", 2.4)
        self.open = True

    async def unlock_with_recovery(self, code: str) -> None:
        if code != RECOVERY_CODE:
            raise DeskError("wrong_passphrase")
        self.open = True

    async def lock(self) -> None:
        self.open = False
        if not self.kept:
            self.talks.clear()
            self.box = PaperBox()

    async def change_passphrase(self, old: str, new: str) -> None:
        self._must_know(old)
        if len(new) < 12:
            raise DeskError("weak_passphrase")
        self.passphrase = new

    async def new_recovery_code(self, passphrase: str) -> str:
        self._must_know(passphrase)
        self.typed = False
        return RECOVERY_CODE

    async def type_recovery_code(self, code: str) -> None:
        if code != RECOVERY_CODE:
            raise DeskError("wrong_passphrase")
        self.typed = True

    async def recovery_typed(self) -> bool:
        return self.typed

    async def new_key(self, passphrase: str) -> str:
        return await self.new_recovery_code(passphrase)

    async def back_up(self, passphrase: str) -> bytes:
        self._must_know(passphrase)
        return b"klankbord backup 1\n"

    async def restore(self, path: str, secret: str) -> None:
        self._must_know(secret)
        self.vault = True

    async def erase(self) -> None:
        self.open = self.kept = self.vault = False
        self.talks.clear()

    def _must_know(self, passphrase: str) -> None:
        if passphrase != self.passphrase:
            raise DeskError("wrong_passphrase", 2.4)

    async def set_preferences(self, preferences: Preferences) -> None:
        self.preferences = preferences

    async def conversations(self) -> tuple[ConversationRow, ...]:
        self._must_be_open()
        return tuple(ConversationRow(id, talk.title, NOW) for id, talk in self.talks.items())

    async def new_conversation(self) -> str:
        self._number += 1
        self.talks[f"c{self._number}"] = Talk("24 november, 15:02")
        return f"c{self._number}"

    async def rename(self, conversation: str, title: str) -> None:
        self._talk(conversation).title = title

    async def delete(self, conversation: str) -> None:
        del self.talks[self._talk(conversation) and conversation]

    async def delete_all(self) -> None:
        self._must_be_open()
        self.talks.clear()

    async def view(self, conversation: str) -> ConversationView:
        talk = self._talk(conversation)
        plain = ConversationView(conversation, talk.title, tuple(talk.messages), draft=talk.draft, brain=self.brain)
        return replace(plain, whys=self.whys, feedback=self.feedback.get(conversation), **talk.view)

    async def send(self, conversation: str, text: str) -> AsyncGenerator[Shown]:
        if not text.strip():
            raise DeskError("empty")
        if len(text) > 20_000:
            raise DeskError("too_long")
        talk = self._talk(conversation)
        self.sent.append(text)
        n = len(talk.messages)
        talk.messages.append(ShownMessage(f"m{n}", "user", (("text", text),), NOW))
        yield Saved(f"m{n}", f"m{n + 1}")
        talk.messages.append(ShownMessage(f"m{n + 1}", "assistant", (), NOW))
        async with aclosing(self._reply(talk)) as pieces:
            async for piece in pieces:
                yield piece

    async def again(self, conversation: str, another: Another) -> AsyncGenerator[Shown]:
        talk = self._talk(conversation)
        if not talk.view.get("again"):
            raise DeskError("no_other")
        self.anothers.append(another)
        talk.messages[-1] = replace(talk.messages[-1], blocks=())
        yield Replacing(talk.messages[-1].id)
        async with aclosing(self._reply(talk)) as pieces:
            async for piece in pieces:
                yield piece

    async def say_of(self, conversation: str, message: str, feedback: Feedback) -> None:
        self._talk(conversation)
        self.feedback[conversation] = feedback

    async def _reply(self, talk: Talk) -> AsyncGenerator[Shown]:
        reply = talk.messages[-1]
        try:
            for piece in self.script:
                if isinstance(piece, asyncio.Event):
                    await piece.wait()
                    continue
                if isinstance(piece, RuntimeError):
                    raise piece
                if isinstance(piece, Sentence | Box):
                    reply = replace(reply, blocks=add_piece(reply.blocks, piece))
                    talk.messages[-1] = reply
                if isinstance(piece, Done):
                    left, told = piece.left_out, acted(piece.events, Level.NONE)
                    self.whys[reply.id] = Why(told, left, piece.wrote, more=piece.more, failed=piece.failed)
                yield piece
        except (GeneratorExit, asyncio.CancelledError):
            self.closed_early += 1
            raise

    async def stop(self, conversation: str) -> None:
        self.stopped.append(conversation)
        for piece in self.script:
            if isinstance(piece, asyncio.Event):
                piece.set()

    async def put_draft(self, conversation: str, text: str) -> None:
        self._talk(conversation).draft = text

    async def touch(self) -> None:
        self.touches += 1

    def standing_card(self) -> Card | None:
        return CARDS[1] if self.raised else None

    def calm(self, line: str) -> bool:
        return not self.danger or self.danger not in line

    def _hear(self, message: Message, least: Level) -> None:
        self.heard.append((message.text, least))
        self.raised = self.raised or bool(self.danger and self.danger in message.text)

    def _paper_box(self) -> Storage:
        self._must_be_open()
        return cast("Storage", self.box)

    def help_cards(self, country: Country, language: Language) -> tuple[Card, ...]:
        return self.cards

    def _must_be_open(self) -> None:
        if not self.open:
            raise DeskError("locked")

    def _talk(self, conversation: str) -> Talk:
        self._must_be_open()
        if conversation not in self.talks:
            raise DeskError("no_such_conversation")
        return self.talks[conversation]
