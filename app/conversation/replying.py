"""The desk's part about replies: to a new message, and once more to the last one."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace

from app.conversation.blocks import add_piece, as_text
from app.conversation.clock import Clock
from app.conversation.reasons import Reasons
from app.conversation.stopping import until
from app.conversation.storage import Storage
from app.conversation.turn import Cast, Turn, take_turn
from app.conversation.values import (
    Block,
    Box,
    ConversationRow,
    DeskError,
    Done,
    Replacing,
    Saved,
    Sentence,
    Shown,
)
from app.responders.protocol import Another, Feedback
from guardrails.guard import Guard
from guardrails.limits.clock import Bounds, Usage, replied, tick, usage_to_json
from guardrails.values import Level, Memory, Message, Session

MAX_MESSAGE_CHARACTERS = 20_000


class Replying(ABC):
    """A desk that answers, one reply at a time."""

    _storage: Storage | None
    _guard: Guard
    _cast: Cast
    _clock: Clock
    _failed: Callable[[BaseException], None]
    _memory: Memory
    _usage: Usage
    _turn: asyncio.Lock
    _stops: dict[str, asyncio.Event]
    _reasons: Reasons

    async def send(self, conversation: str, text: str) -> AsyncGenerator[Shown]:
        """Store a message, then yield its reply. Closing the iterator stops the reply; what was shown stays."""
        if not text.strip():
            raise DeskError("empty")
        if len(text) > MAX_MESSAGE_CHARACTERS:
            raise DeskError("too_long")
        async with self._turn:
            storage = self._open()
            await self._known(conversation)
            stop = self._stops[conversation] = asyncio.Event()
            try:
                async with aclosing(self._reply(storage, conversation, text, stop)) as pieces:
                    async for piece in pieces:
                        yield piece
            finally:
                self._stops.pop(conversation, None)

    async def again(self, conversation: str, another: Another) -> AsyncGenerator[Shown]:
        """Answer the last message once more: the plan stays, the new reply takes the place of the former one.

        What stood there goes with the first new sentence; a reply that is stopped before it changes nothing.
        Raises `DeskError("no_other")` when the last reply cannot be made anew.
        """
        async with self._turn:
            storage = self._open()
            await self._known(conversation)
            if not self.may_answer_again(conversation):
                raise DeskError("no_other")
            stop = self._stops[conversation] = asyncio.Event()
            try:
                async with aclosing(self._reply_again(storage, conversation, another, stop)) as pieces:
                    async for piece in pieces:
                        yield piece
            finally:
                self._stops.pop(conversation, None)

    async def stop(self, conversation: str) -> None:
        stop = self._stops.get(conversation)
        if stop is not None:
            stop.set()

    async def say_of(self, conversation: str, message: str, feedback: Feedback) -> None:
        """What was not right about a reply; the next reply of this conversation heeds it. Never stored."""
        await self._known(conversation)
        replies = [m.id for m in await self._open().messages(conversation) if m.role == "assistant"]
        if message not in replies:
            raise DeskError("no_such_message")
        self._reasons.say(conversation, feedback)

    def may_answer_again(self, conversation: str) -> bool:
        """Only the newest reply, while nothing was said since; never in danger, in rest or with an open question."""
        last, memory = self._reasons.last, self._memory
        if last is None or last.memory is not memory or last.turn.messages[-1].conversation != conversation:
            return False
        danger = memory.level >= Level.ELEVATED or last.turn.reading.level >= Level.ELEVATED
        busy = bool(self._stops) or self._session().resting
        return last.written and not (danger or busy or memory.question_open)

    async def _reply(
        self, storage: Storage, conversation: str, text: str, stop: asyncio.Event
    ) -> AsyncGenerator[Shown]:
        now = self._clock.now()
        earlier = await storage.transcript(conversation)
        self._rejoin(conversation, earlier)
        counted = tick(self._usage, now, wrote=True, held=True, bounds=self._bounds())
        active = max(0.0, counted.today + counted.tonight - self._usage.today - self._usage.tonight)
        message = await storage.add_message(conversation, "user", (("text", text),), now, active)
        reply = await storage.add_message(conversation, "assistant", (), now)
        await storage.put_draft(conversation, "")
        self._reasons.began(None)
        yield Saved(message.id, reply.id)
        said = Message("user", text, now, conversation)
        pieces = until(self._pieces(said, earlier), stop)
        async with aclosing(self._kept(storage, conversation, reply.id, pieces)) as shown:
            async for piece in shown:
                yield piece

    async def _reply_again(
        self, storage: Storage, conversation: str, another: Another, stop: asyncio.Event
    ) -> AsyncGenerator[Shown]:
        last = self._reasons.last
        if last is None:
            raise DeskError("no_other")
        await self.touch()
        feedback = self._reasons.heed(conversation) or last.turn.feedback
        turn = replace(last.turn, feedback=feedback, another=another, former=(*last.turn.former, last.text))
        pieces = until(self._anew(last.reply, turn), stop)
        async with aclosing(self._kept(storage, conversation, last.reply, pieces)) as shown:
            async for piece in shown:
                yield piece

    async def _anew(self, reply: str, turn: Turn) -> AsyncGenerator[Shown]:
        begun = False
        async with aclosing(take_turn(turn, self._guard, self._cast, self._failed)) as pieces:
            async for piece in pieces:
                if not begun and isinstance(piece, Sentence | Box):
                    begun = True
                    self._memory = turn.memory  # the former reply is no longer a part of the conversation
                    self._reasons.began(turn)
                    yield Replacing(reply)
                yield piece

    async def _kept(
        self, storage: Storage, conversation: str, reply: str, pieces: AsyncGenerator[Shown]
    ) -> AsyncGenerator[Shown]:
        """The pieces, each of them in the store before it is shown."""
        blocks: tuple[Block, ...] = ()
        done: Done | None = None
        try:
            async with aclosing(pieces) as shown:
                async for piece in shown:
                    if isinstance(piece, Sentence | Box):
                        blocks = add_piece(blocks, piece)
                        await storage.replace_blocks(reply, blocks)
                    elif isinstance(piece, Done):
                        done = piece
                    yield piece
        finally:
            await self._after(storage, conversation, blocks)
            self._reasons.ended(reply, done, as_text(blocks), self._memory)

    async def _after(self, storage: Storage, conversation: str, blocks: tuple[Block, ...]) -> None:
        """A reply has ended, whole or stopped: the guard hears what was shown, the clock goes on."""
        now = self._clock.now()
        if blocks:
            self._follow((Message("assistant", as_text(blocks), now, conversation),))
        self._usage = replied(self._usage, now)
        if self._storage is storage:
            await storage.put_usage(usage_to_json(self._usage))

    @abstractmethod
    def _open(self) -> Storage: ...

    @abstractmethod
    async def _known(self, conversation: str) -> ConversationRow: ...

    @abstractmethod
    async def touch(self) -> None: ...

    @abstractmethod
    def _pieces(self, said: Message, earlier: tuple[Message, ...]) -> AsyncGenerator[Shown]: ...

    @abstractmethod
    def _follow(self, messages: tuple[Message, ...]) -> None: ...

    @abstractmethod
    def _rejoin(self, conversation: str, earlier: tuple[Message, ...]) -> None: ...

    @abstractmethod
    def _session(self) -> Session: ...

    @abstractmethod
    def _bounds(self) -> Bounds: ...
