"""What the page asks about models: which there are, which one answers, which one is on its way."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from app.models.catalogue import Catalogue, Entry
from app.models.folder import ModelFolder
from app.models.getting import Getting
from app.models.gguf import NotAModel
from app.models.machine import Machine, advised
from app.vault.errors import InUse, VaultError

Loading = Literal["", "loading", "failed"]


class ModelError(Exception):
    """What was asked cannot be done. `code` names a sentence."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Here:
    """A file on this machine; `title` is that of the catalogue, else the name of the file."""

    file: str
    title: str
    size: int
    answers: bool


@dataclass(frozen=True, slots=True)
class Offered:
    """A model of the catalogue that is not here; `percent` of it has come."""

    entry: Entry
    advised: bool
    fits: bool
    percent: int


@dataclass(frozen=True, slots=True)
class Shelf:
    here: tuple[Here, ...]
    offered: tuple[Offered, ...]


class Answers:
    """Who answers, as the serving process changes it: None is the guided conversation."""

    def __init__(self, use: Callable[[Path | None], Awaitable[None]], loading: Callable[[], Loading]) -> None:
        self.use, self.loading = use, loading


class ModelKeeper:
    """Belongs to one event loop; what reads files for long runs beside it."""

    def __init__(
        self, catalogue: Catalogue, folder: ModelFolder, getting: Getting, machine: Machine, answers: Answers
    ) -> None:
        self.catalogue, self.folder, self.getting, self.machine = catalogue, folder, getting, machine
        self._answers = answers

    @property
    def loading(self) -> Loading:
        return self._answers.loading()

    async def shelf(self) -> Shelf:
        return await asyncio.to_thread(self._shelf)

    def title(self, name: str) -> str:
        entry = self.catalogue.find(name)
        return entry.title if entry else name

    async def get(self, name: str) -> None:
        """Start or go on. Raises `ModelError`."""
        entry = self.catalogue.find(name)
        if entry is None:
            raise ModelError("unknown_model")
        try:
            await asyncio.to_thread(self.folder.make)
        except VaultError:
            raise ModelError("no_folder") from None
        await self.getting.begin(name, self.folder.received(entry.file), entry.size)

    async def use(self, file: str) -> None:
        """Answer with this file from now on, "" with the guided conversation. Raises `ModelError`."""
        try:
            await asyncio.to_thread(self.folder.choose, file)
            path = self.folder.place(file) if file else None
        except NotAModel as error:
            raise ModelError(error.code) from None
        except (OSError, VaultError):
            raise ModelError("no_such_file" if file else "no_folder") from None
        await self._answers.use(path)

    async def remove(self, file: str) -> None:
        """Take a file away; the guided conversation answers when it was this one. Raises `ModelError`."""
        if self.folder.chosen() == file:
            await self.use("")
        try:
            await asyncio.to_thread(self._remove, file)
        except (NotAModel, OSError):
            raise ModelError("no_such_file") from None
        except InUse:
            raise ModelError("busy") from None
        except VaultError:
            raise ModelError("no_folder") from None

    async def aclose(self) -> None:
        await self.getting.pause()

    def _remove(self, file: str) -> None:
        lock = self.folder.lock()
        try:
            self.folder.remove(file)
        finally:
            lock.release()

    def _shelf(self) -> Shelf:
        chosen = self.folder.chosen()
        here: list[Here] = []
        with suppress(OSError):
            for one in self.folder.installed():
                entry = self.catalogue.of_file(one.file)
                here.append(Here(one.file, entry.title if entry else one.file, one.size, one.file == chosen))
        files = {one.file for one in here}
        best = advised(self.catalogue, self.machine)
        offered = (
            Offered(entry, entry == best, self.machine.carries(entry), self._percent(entry))
            for entry in self.catalogue.models
            if entry.file not in files
        )
        return Shelf(tuple(here), tuple(sorted(offered, key=lambda one: not one.advised)))

    def _percent(self, entry: Entry) -> int:
        return min(99, self.folder.received(entry.file) * 100 // entry.size)
