"""One thread for all that touches a store, called from asyncio in order and safe against cancellation."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, Self, TypeVar

from app.vault.errors import Closed

P = ParamSpec("P")
T = TypeVar("T")


class StoreWorker:
    """Runs calls one after the other on its own thread: opening, using and closing stores alike."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="vault")

    async def call(self, fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `fn(*args)` on the thread, in order of asking.

        A call that was asked for is always finished: cancelling the waiting task only takes effect after it,
        so that nothing is half saved. An error of the call then is the cause of the cancellation.
        """
        try:
            submitted = self._pool.submit(fn, *args, **kwargs)
        except RuntimeError:  # the only reason: the worker was closed
            raise Closed from None
        future = asyncio.wrap_future(submitted)
        cancelled: asyncio.CancelledError | None = None
        while not future.done():
            try:
                await asyncio.wait([future])
            except asyncio.CancelledError as error:
                cancelled = error
        if cancelled is not None:
            raise cancelled from future.exception()
        return future.result()

    async def aclose(self) -> None:
        """Finish what was asked for, then end the thread; later calls raise `Closed`."""
        self._pool.shutdown(wait=False)
        await asyncio.to_thread(self._pool.shutdown)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()
