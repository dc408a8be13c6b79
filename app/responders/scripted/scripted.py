"""The fake that tests use instead of a language model."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from app.responders.protocol import Request, ResponderUnavailable

Line = str | Callable[[Request], str]
_LONGEST_PIECE = 12


@dataclass(frozen=True, slots=True)
class Failure:
    """Raise after so many pieces of every reply: as a responder does, or any other error."""

    after: int = 0
    error: Callable[[], Exception] = lambda: ResponderUnavailable("model_crashed")


class ScriptedResponder:
    """Says its replies in turn, the last one again and again. Keeps every request and every text it began."""

    name = "scripted"

    def __init__(
        self,
        replies: Sequence[Line],
        *,
        piece: int | None = None,
        seed: int = 0,
        failure: Failure | None = None,
        pauses: Mapping[int, asyncio.Event] | None = None,
    ) -> None:
        """`piece`: characters at a time, by chance from `seed` when None. `pauses`: waits before it."""
        if not replies:
            raise ValueError("a scripted responder needs at least one reply")
        self._replies, self._piece, self._random = tuple(replies), piece, Random(seed)  # noqa: S311, no secret
        self._failure, self._pauses = failure, dict(pauses or {})
        self.history: list[Request] = []
        self.closed_early = 0
        self.closed = False

    async def reply(self, request: Request) -> AsyncGenerator[str, None]:
        line = self._replies[min(len(self.history), len(self._replies) - 1)]
        self.history.append(request)
        text = line if isinstance(line, str) else line(request)
        number, whole = 0, False
        try:
            for number, piece in enumerate(self._cut(text)):
                await self._before(number)
                yield piece
            await self._before(number + 1)
            whole = True
        finally:
            self.closed_early += not whole

    async def aclose(self) -> None:
        self.closed = True

    async def _before(self, number: int) -> None:
        if number in self._pauses:
            await self._pauses[number].wait()
        if self._failure is not None and number == self._failure.after:
            raise self._failure.error()

    def _cut(self, text: str) -> Iterator[str]:
        start = 0
        while start < len(text):
            length = self._piece or self._random.randint(1, _LONGEST_PIECE)
            yield text[start : start + length]
            start += length
