"""One stateless turn: the guard works from the messages given, as if they were sent in the last minutes."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.api.asked import Asked
from app.conversation.blocks import add_piece, as_text
from app.conversation.clock import Clock
from app.conversation.turn import Cast, Turn, closed, take_turn
from app.conversation.values import Block, Box, Done, Sentence, Shown
from app.log import log_failure
from guardrails.guard import Guard
from guardrails.values import Event, GuardSettings, Level, Memory, Message, Reading, Session

_APART = timedelta(seconds=20)
_CONVERSATION = "v1"


@dataclass(frozen=True, slots=True)
class Grown:
    """The reply so far grew by `text`; the last one says what the guard did."""

    text: str = field(repr=False)
    klankbord: dict[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Answerer:
    """The guard and who answers. Holds nothing between requests."""

    guard: Guard
    responders: Callable[[], Cast]
    clock: Clock

    async def grow(self, asked: Asked) -> AsyncGenerator[Grown, None]:
        """The reply as a person would see it, piece by piece; together they are the whole."""
        blocks: tuple[Block, ...] = ()
        text, done, reading = "", Done(), None
        async with aclosing(self._pieces(asked)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Reading):
                    reading = piece
                elif isinstance(piece, Done):
                    done = piece
                elif isinstance(piece, Sentence | Box):
                    blocks = add_piece(blocks, piece)
                    before, text = len(text), as_text(blocks)
                    yield Grown(text[before:])
        yield Grown("", _own_field(reading, done.events))

    async def _pieces(self, asked: Asked) -> AsyncGenerator[Shown | Reading, None]:
        settings = GuardSettings(country=asked.klankbord.country)
        messages = _dated(asked, self.clock.now())
        said, memory = messages[-1], Memory()
        try:
            _, memory = self.guard.follow(messages[:-1], settings)
            reading, memory = self.guard.read(said, memory, said.at, settings)
        except Exception as error:  # noqa: BLE001, the guard's boundary: it closes instead of letting text through
            log_failure(error)
            for piece in closed(self.guard, settings, memory.level, said.at):
                yield piece
            return
        yield reading
        simulated = asked.klankbord.session
        session = Session(
            minutes=simulated.minutes,
            minutes_today=simulated.minutes,
            messages=simulated.messages,
            kept=False,
        )
        turn = Turn(messages, reading, memory, session, settings, said.at)
        # The turn is written as an async generator: closing it is what stops the responder.
        reply = take_turn(turn, self.guard, self.responders(), log_failure)
        async with aclosing(reply) as pieces:
            async for piece in pieces:
                yield piece


def _dated(asked: Asked, now: datetime) -> tuple[Message, ...]:
    talk = asked.talk()
    return tuple(
        Message(role, text, now - _APART * (len(talk) - 1 - place), _CONVERSATION)
        for place, (role, text) in enumerate(talk)
    )


def _own_field(reading: Reading | None, events: tuple[Event, ...]) -> dict[str, object]:
    """The extra field of an answer. Without a reading the guard failed, which its events say."""
    level = Level.NONE if reading is None else reading.level
    return {
        "level": level.label,
        "kinds": [] if reading is None else [kind.value for kind in reading.kinds],
        "beliefs": [] if reading is None else [belief.value for belief in reading.beliefs],
        "pushback": reading is not None and reading.pushback,
        "events": [event.as_dict() for event in events],
    }
