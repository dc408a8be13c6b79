"""An iterator that can be stopped from outside while it waits for its next piece."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from typing import TypeVar

T = TypeVar("T")


async def until(pieces: AsyncIterator[T], stop: asyncio.Event) -> AsyncGenerator[T]:
    """Pieces until `stop` is set; what was being made is cancelled at once, also in the middle of a wait."""
    stopped = asyncio.ensure_future(stop.wait())
    try:
        while True:
            following = asyncio.ensure_future(anext(pieces))
            try:
                await asyncio.wait({following, stopped}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                if not following.done():
                    following.cancel()
                    await asyncio.wait({following})
            if following.cancelled():
                return
            try:
                yield following.result()
            except StopAsyncIteration:
                return
            if stop.is_set():
                return
    finally:
        stopped.cancel()
        close = getattr(pieces, "aclose", None)
        if close is not None:
            await close()
