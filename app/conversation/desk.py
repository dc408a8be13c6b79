"""The desk one person sits at: holds the open store, the guard's memory and the clock; one turn at a time."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from app.conversation.clock import Clock
from app.conversation.history import History
from app.conversation.papers import Papers
from app.conversation.preferences import clean_title, neutral_title, read_preferences, write_preferences
from app.conversation.reasons import Reasons
from app.conversation.replying import MAX_MESSAGE_CHARACTERS, Replying
from app.conversation.safekeeping import Safekeeping
from app.conversation.storage import Storage, VaultDoor
from app.conversation.turn import Cast, Turn, closed, take_turn
from app.conversation.values import (
    ConversationRow,
    ConversationView,
    DeskError,
    Phase,
    Preferences,
    Shown,
    ShownMessage,
)
from app.responders.protocol import Feedback, Responder
from guardrails.guard import Guard
from guardrails.limits.clock import Bounds, Usage, reopened, session, tick, usage_from_json, usage_to_json
from guardrails.memory import HORIZON
from guardrails.values import Card, Country, GuardSettings, Language, Level, Memory, Message, Mode, Session

TALK_TO_KEEP = 3  # messages after which *keep nothing* offers to keep
_SCREEN_ONLY_AFTER_DANGER = timedelta(minutes=30)


class Desk(Replying, Safekeeping):
    """Everything behind the page of one person. All methods are safe to call at once, from several tabs."""

    def __init__(
        self,
        door: VaultDoor,
        guard: Guard,
        cast: Cast,
        clock: Clock,
        failed: Callable[[BaseException], None],
    ) -> None:
        self._door, self._guard, self._cast, self._clock, self._failed = door, guard, cast, clock, failed
        self._storage: Storage | None = None
        self._preferences = Preferences()
        self._memory = Memory()
        self._usage = Usage()
        self._last_elevated: datetime | None = None
        self._turn = asyncio.Lock()
        self._stops: dict[str, asyncio.Event] = {}
        self._papers = Papers(self._open, clock, self._hear)
        self._history = History(self._open, clock, self._follow)
        self._reasons = Reasons()

    # -- where the person stands ------------------------------------------------------------------

    @property
    def phase(self) -> Phase:
        if self._storage is not None:
            return Phase.OPEN
        return Phase.LOCKED if self._door.exists() else Phase.NEW

    @property
    def kept(self) -> bool:
        return self._storage is not None and self._storage.kept

    @property
    def preferences(self) -> Preferences:
        return self._preferences

    @property
    def papers(self) -> Papers:
        return self._papers

    @property
    def brain(self) -> Literal["guided", "model"]:
        return "guided" if self._cast.responder is self._cast.guided else "model"

    @property
    def history(self) -> History:
        return self._history

    def use_responder(self, responder: Responder) -> None:
        """Answer with another responder from the next turn on."""
        self._cast = Cast(responder, self._cast.guided)

    async def begin(self, preferences: Preferences) -> str:
        """Start in *keep nothing*; returns the id of the first conversation."""
        if self._storage is None:
            self._preferences = preferences
            self._storage = await self._door.open_nothing()
            await write_preferences(self._storage, preferences, self._clock.now())
        rows = await self._open().conversations()
        return rows[0].id if rows else await self.new_conversation()

    async def unlock(self, passphrase: str) -> None:
        await self._opened(await self._door.unlock(passphrase))

    async def unlock_with_recovery(self, code: str) -> None:
        await self._opened(await self._door.unlock_with_recovery(code))

    async def lock(self) -> None:
        """Close the vault, or wipe *keep nothing*; stops a reply that is being written."""
        for stop in self._stops.values():
            stop.set()
        async with self._turn:
            storage, self._storage = self._storage, None
            self._memory, self._usage, self._last_elevated = Memory(), Usage(), None
            self._reasons.forget()
            if storage is not None:
                await storage.close()

    async def aclose(self) -> None:
        await self.lock()
        await self._cast.responder.aclose()
        await self._cast.guided.aclose()
        await self._door.aclose()

    async def touch(self) -> None:
        """The person did something: only rest runs on, no minutes are counted."""
        if self._storage is not None:
            self._usage = tick(self._usage, self._clock.now(), held=True, bounds=self._bounds())

    async def set_preferences(self, preferences: Preferences) -> None:
        """Shorter limits hold now, longer ones from tomorrow."""
        storage = self._open()
        await write_preferences(storage, preferences, self._clock.now())
        self._preferences = await read_preferences(storage, self._clock.now())

    # -- conversations -----------------------------------------------------------------------------

    async def conversations(self) -> tuple[ConversationRow, ...]:
        rows = await self._open().conversations()
        return tuple(ConversationRow(row.id, row.title, row.last, row.damaged) for row in rows)

    async def new_conversation(self) -> str:
        now = self._clock.now()
        return (await self._open().new_conversation(neutral_title(now, self._preferences.language), now)).id

    async def rename(self, conversation: str, title: str) -> None:
        await self._known(conversation)
        await self._open().rename_conversation(conversation, clean_title(title))

    async def delete(self, conversation: str) -> None:
        """The text is gone from the store; the guard's memory of the last 24 hours stays until lock."""
        await self._known(conversation)
        self._reasons.leave(conversation)
        await self._open().delete_conversation(conversation)

    async def delete_all(self) -> None:
        self._reasons.forget()
        await self._open().delete_all_conversations()

    async def view(self, conversation: str) -> ConversationView:
        storage, row = self._open(), await self._known(conversation)
        messages = await storage.messages(conversation)
        draft = await storage.draft(conversation) or ""
        await self.touch()
        memory, clock = self._memory, self._session()
        here = memory.conversation == conversation
        said = sum(1 for m in messages if m.role == "user")
        return ConversationView(
            id=row.id,
            title=row.title,
            messages=tuple(ShownMessage(m.id, m.role, m.blocks, m.at) for m in messages),
            quick_answers=here and memory.question_open,
            card=self.standing_card(),
            session=clock,
            mode=self._preferences.mode,
            draft=draft,
            brain=self.brain,
            offer_to_keep=not storage.kept and memory.level < Level.CONCERN and (said >= TALK_TO_KEEP or clock.resting),
            cover_only=self._cover_only(),
            whys={m.id: why for m in messages if (why := self._reasons.whys.get(m.id))},
            again=self.may_answer_again(conversation),
            calm=memory.level is Level.NONE,
            feedback=self._reasons.said(conversation),
        )

    def calm(self, line: str) -> bool:
        """Holds a line no danger and no thought that hurts, so that it can be kept as a last word?"""
        now = self._clock.now()
        reading, _ = self._guard.read(Message("user", line, now), Memory(), now, self._settings())
        return reading.here is Level.NONE and not reading.beliefs

    async def put_draft(self, conversation: str, text: str) -> None:
        await self._known(conversation)
        await self._open().put_draft(conversation, text[:MAX_MESSAGE_CHARACTERS])

    def help_cards(self, country: Country, language: Language) -> tuple[Card, ...]:
        """The help page's cards; works in every phase."""
        return self._guard.help_cards(country, language, self._clock.now())

    # -- the turn ------------------------------------------------------------------------------------

    async def _pieces(self, said: Message, earlier: tuple[Message, ...]) -> AsyncGenerator[Shown]:
        feedback = self._reasons.heed(said.conversation)
        settings = self._settings(feedback)
        try:
            reading, self._memory = self._guard.read(said, self._memory, said.at, settings)
        except Exception as error:  # the guard's boundary: it closes instead of letting text through
            self._failed(error)
            for piece in closed(self._guard, settings, self._memory.level, said.at):
                yield piece
            return
        if reading.level >= Level.ELEVATED:
            self._last_elevated = said.at
        await self._count()
        turn = Turn((*earlier, said), reading, self._memory, self._session(), settings, said.at, feedback)
        self._reasons.began(turn)
        async with aclosing(take_turn(turn, self._guard, self._cast, self._failed)) as pieces:
            async for piece in pieces:
                yield piece

    async def _count(self) -> None:
        """Active time of this message; rest never begins, and ends at once, while there is danger."""
        held = self._held()
        usage = tick(self._usage, self._clock.now(), wrote=True, held=held, bounds=self._bounds())
        self._usage = reopened(usage) if held else usage
        await self._open().put_usage(usage_to_json(self._usage))

    # -- helpers ---------------------------------------------------------------------------------------

    def _open(self) -> Storage:
        if self._storage is None:
            raise DeskError("locked")
        return self._storage

    async def _known(self, conversation: str) -> ConversationRow:
        for row in await self.conversations():
            if row.id == conversation:
                return row
        raise DeskError("no_such_conversation")

    async def _opened(self, storage: Storage) -> None:
        """After unlock: preferences, the clock, and the guard's memory of the last 24 hours."""
        now = self._clock.now()
        self._storage = storage
        self._preferences = await read_preferences(storage, now)
        self._usage = usage_from_json(await storage.usage())
        self._follow(await self._papers.opened(await storage.transcript_since(now - HORIZON), now - HORIZON))
        await self.touch()

    def _follow(self, messages: tuple[Message, ...]) -> None:
        """Fold what was said into the memory; a message on which the guard fails is logged, and not the end of it."""
        for message in messages:
            try:
                _, self._memory = self._guard.follow((message,), self._settings(), self._memory)
            except Exception as error:  # the reply itself closes; opening a vault and what was shown must stand
                self._failed(error)

    def _hear(self, message: Message, least: Level) -> None:
        """What was written beside the conversation; a plan for bad moments counts only from `least` on."""
        before = self._memory
        self._follow((replace(message, conversation=before.conversation),))
        self._memory = before if self._memory.level < least else self._memory
        if self._memory.level >= Level.ELEVATED:
            self._last_elevated = message.at

    def _rejoin(self, conversation: str, earlier: tuple[Message, ...]) -> None:
        """What counts per conversation comes back; when that fails it begins anew, and danger stays as it is."""
        try:
            self._memory = self._guard.rejoin(self._memory, conversation, earlier, self._settings())
        except Exception as error:  # else one message would close its conversation for ever
            self._failed(error)

    def _settings(self, feedback: Feedback | None = None) -> GuardSettings:
        chosen = self._preferences
        mode = Mode.PUSH_BACK if feedback is Feedback.TOO_AGREEABLE else chosen.mode
        return GuardSettings(country=chosen.country, language=chosen.language, mode=mode)

    def _bounds(self) -> Bounds:
        return Bounds(self._preferences.minutes_limit, self._preferences.day_limit)

    def _session(self) -> Session:
        clock = session(self._usage, self._clock.now(), kept=self.kept, bounds=self._bounds())
        return replace(clock, resting=False) if self._held() else clock

    def _held(self) -> bool:
        """While there is danger or an open question, no rest begins, lasts or is spoken of."""
        return self._memory.level >= Level.CONCERN or self._memory.question_open

    def standing_card(self) -> Card | None:
        """The folded line that stays from elevated on, with doors that are open now."""
        raised = self._memory.level >= Level.ELEVATED
        return self._guard.standing_card(self._memory, self._settings(), self._clock.now()) if raised else None

    def _cover_only(self) -> bool:
        """While there is a card or a question, or was danger shortly before, idle only covers the screen."""
        since = self._last_elevated
        recent = since is not None and self._clock.now() - since < _SCREEN_ONLY_AFTER_DANGER
        return recent or self._memory.level >= Level.ELEVATED or self._memory.question_open or not self.kept
