"""What is kept, as the person looks back on it: searching, taking along, bringing back, time spent."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.conversation.blocks import as_text
from app.conversation.clock import Clock
from app.conversation.searching import Found, terms
from app.conversation.storage import Storage
from app.conversation.takeaway import from_json
from app.conversation.told import Told, ToldMessage
from app.conversation.values import DeskError
from guardrails.limits.clock import day_of
from guardrails.memory import HORIZON
from guardrails.values import Message

_LOOKED_BACK = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Spent:
    """Time of talking in the last days, of conversations that still stand here."""

    today: int  # minutes
    week: int  # minutes in seven days, today included
    month: int  # minutes in thirty days
    days: int  # of those thirty, days on which something was said


class History:
    """Of the open store. Every method raises `DeskError` when nothing is open."""

    def __init__(
        self, storage: Callable[[], Storage], clock: Clock, follow: Callable[[tuple[Message, ...]], None]
    ) -> None:
        self._storage, self._clock, self._follow = storage, clock, follow

    async def search(self, text: str) -> tuple[Found, ...]:
        """Conversations with all these words in one message or in the title, the newest message first."""
        storage, wanted = self._storage(), terms(text)
        return await storage.search(wanted) if wanted else ()

    async def take(self, conversation: str = "") -> tuple[Told, ...]:
        """One conversation, or all of them, to be written to a file."""
        storage = self._storage()
        rows = [row for row in await storage.conversations() if not conversation or row.id == conversation]
        if conversation and not rows:
            raise DeskError("no_such_conversation")
        return tuple([await _told(storage, row.id, row.title, row.started) for row in rows])

    async def bring_back(self, text: str) -> int:
        """Add the conversations of an export, all or none; those that stand here already are left alone.

        Returns how many were added. What is older than the guard remembers is not read by it.
        """
        now = self._clock.now()
        talks = from_json(text, now)
        here = {talk.messages for talk in await self.take()}
        fresh = tuple(dict.fromkeys(talk for talk in talks if talk.messages not in here))
        identities = await self._storage().add_told(fresh)
        recent = [
            Message(message.role, as_text(message.blocks), message.at, identity)
            for identity, talk in zip(identities, fresh, strict=True)
            for message in talk.messages
            if message.blocks and now - HORIZON <= message.at <= now
        ]
        self._follow(tuple(sorted(recent, key=lambda message: message.at)))
        return len(fresh)

    async def spent(self) -> Spent:
        now = self._clock.now()
        today = day_of(now)
        by_day: dict[int, float] = {}
        for at, seconds in await self._storage().active_since(now - _LOOKED_BACK):
            ago = (_date(today) - _date(day_of(at.astimezone(now.tzinfo)))).days
            by_day[ago] = by_day.get(ago, 0.0) + seconds
        week = sum(seconds for ago, seconds in by_day.items() if ago < 7)
        return Spent(_minutes(by_day.get(0, 0.0)), _minutes(week), _minutes(sum(by_day.values())), len(by_day))


async def _told(storage: Storage, conversation: str, title: str, started: datetime) -> Told:
    found = await storage.messages(conversation)
    return Told(title, started, tuple(ToldMessage(m.role, m.blocks, m.at) for m in found))


def _date(day: str) -> datetime:
    return datetime.fromisoformat(day)


def _minutes(seconds: float) -> int:
    return round(seconds / 60)
