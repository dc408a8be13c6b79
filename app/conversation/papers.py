"""What a person writes with the tools: kept in the open store, and read by the guard like a message."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from app.conversation.clock import Clock
from app.conversation.preferences import neutral_title
from app.conversation.storage import Storage, StoredPaper
from app.conversation.values import DeskError
from app.tools.paper import Answers, from_body, to_body, written
from app.tools.sheet import plain_text
from app.tools.tool import MADE_IN_CALM, SAFETY_PLAN, Tool
from guardrails.values import Language, Level, Message

MAX_PAPER_CHARACTERS = 60_000

Hear = Callable[[Message, Level], None]
"""Read a text with the guard; danger below the given level is not held against the person."""


@dataclass(frozen=True, slots=True)
class Paper:
    """What was written with one tool."""

    id: str
    tool: str
    title: str
    answers: Answers = field(repr=False)
    changed: datetime


class Papers:
    """The papers of the open store. Every method raises `DeskError` when nothing is open."""

    def __init__(self, storage: Callable[[], Storage], clock: Clock, hear: Hear) -> None:
        self._storage, self._clock, self._hear = storage, clock, hear
        self._plan: tuple[Storage, str] | None = None

    async def all(self) -> tuple[Paper, ...]:
        """The paper changed last first."""
        return tuple(map(_paper, await self._storage().papers()))

    async def get(self, paper: str) -> Paper:
        """Raises `DeskError("no_such_paper")`."""
        found = next((row for row in await self.all() if row.id == paper), None)
        if found is None:
            raise DeskError("no_such_paper")
        return found

    async def new(self, tool: str, language: Language) -> str:
        """An empty paper; its id."""
        storage, now = self._storage(), self._clock.now()
        made = await storage.new_paper(tool, neutral_title(now, language), to_body({}), now)
        await self._look_for_plan(storage)
        return made.id

    async def put(self, paper: str, answers: Answers, new_words: str) -> None:
        """Keep the answers; `new_words`, when there are any, are read by the guard. Raises too_long, no_such_paper."""
        body = to_body(answers)
        if len(body) > MAX_PAPER_CHARACTERS:
            raise DeskError("too_long")
        before, now = await self.get(paper), self._clock.now()
        await self._storage().put_paper(paper, body, now)
        if new_words.strip():
            least = Level.IMMINENT if before.tool in MADE_IN_CALM else Level.NONE
            self._hear(Message("user", new_words, now), least)

    async def delete(self, paper: str) -> None:
        storage = self._storage()
        await storage.delete_paper((await self.get(paper)).id)
        await self._look_for_plan(storage)

    async def text_of(self, tool: Tool) -> str:
        """The newest paper of a tool as short lines, such as *Over mij*; "" when nothing was written."""
        found = next((paper for paper in await self.all() if paper.tool == tool.name), None)
        return plain_text(tool, found.answers) if found else ""

    def safety_plan(self) -> str:
        """The id of the person's own safety plan; "" when there is none."""
        return self._plan[1] if self._plan and self._plan[0] is self._storage() else ""

    async def opened(self, transcript: Iterable[Message], since: datetime) -> tuple[Message, ...]:
        """After a store was opened: the transcript with what was written beside it since then, in order of time."""
        storage = self._storage()
        await self._look_for_plan(storage)
        beside = (p for p in map(_paper, await storage.papers()) if p.changed >= since and p.tool not in MADE_IN_CALM)
        found = [Message("user", text, p.changed) for p in beside if (text := written(p.answers)).strip()]
        woven, conversation = list[Message](), ""
        for message in sorted((*transcript, *found), key=lambda m: m.at):
            conversation = message.conversation or conversation
            woven.append(replace(message, conversation=conversation))
        return tuple(woven)

    async def _look_for_plan(self, storage: Storage) -> None:
        plan = next((row.id for row in await storage.papers() if row.tool == SAFETY_PLAN), "")
        self._plan = (storage, plan)


def _paper(row: StoredPaper) -> Paper:
    return Paper(row.id, row.tool, row.title, from_body(row.body), row.changed)
