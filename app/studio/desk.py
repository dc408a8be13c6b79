"""The facilitator's desk: one workshop open at most, on the one thread its file belongs to."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from app.studio import workshop
from app.studio.answering import Answerer
from app.studio.values import Picture, StudioError
from app.studio.workshop import Workshop
from app.vault.errors import VaultError
from app.vault.kdf import KdfParameters
from app.vault.worker import StoreWorker

P = ParamSpec("P")
T = TypeVar("T")


class Studio:
    """Belongs to one event loop. Every method may raise `StudioError`."""

    def __init__(self, folder: Path, answerer: Answerer, kdf: KdfParameters | None = None) -> None:
        self.folder, self.answerer = folder, answerer
        self.opening = 0  # rises with each opening and closing: cookie and page token then change
        self.paused = False
        self._kdf = kdf
        self._worker = StoreWorker()
        self._open: Workshop | None = None

    @property
    def name(self) -> str:
        """The open workshop; "" when none is."""
        return "" if self._open is None else self._open.name

    def names(self) -> tuple[str, ...]:
        return workshop.names(self.folder)

    async def create(self, passphrase: str, again: str) -> None:
        if passphrase != again:
            raise StudioError("passphrases_differ")
        await self.close()
        self._begun(await self._called(Workshop.new, self.folder, passphrase, now(), self._kdf))

    async def open(self, name: str, passphrase: str) -> None:
        await self.close()
        self._begun(await self._called(Workshop.open, self.folder, name, passphrase))

    async def close(self) -> None:
        found, self._open, self.paused = self._open, None, False
        self.answerer.forget()
        if found is not None:
            self.opening += 1
            await self._called(found.close)

    async def destroy(self, name: str) -> None:
        if name == self.name:
            await self.close()
        await self._called(workshop.destroy, self.folder, name)

    async def picture(self) -> Picture:
        return await self.call(Workshop.picture)

    async def call(self, work: Callable[Concatenate[Workshop, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do something with the open workshop."""
        found = self._open
        if found is None:
            raise StudioError("closed", 409)
        return await self._called(lambda: work(found, *args, **kwargs))

    async def withdraw(self, person: str) -> None:
        """Everything of a person, also what is in memory of it."""
        await self.call(Workshop.withdraw, person)
        self.answerer.forget()

    async def aclose(self) -> None:
        await self.close()
        await self._worker.aclose()
        await self.answerer.aclose()

    def _begun(self, opened: Workshop) -> None:
        self._open = opened
        self.opening += 1

    async def _called(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return await self._worker.call(work, *args, **kwargs)
        except VaultError as error:
            raise StudioError(error.code) from None


def now() -> datetime:
    return datetime.now(UTC)
