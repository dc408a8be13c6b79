"""The desk's part about keys and copies: passphrase, recovery code, key, backup, restoring, erasing."""

import asyncio
from abc import ABC, abstractmethod

from app.conversation.clock import Clock
from app.conversation.papers import Papers
from app.conversation.storage import Storage, VaultDoor
from app.conversation.values import DeskError, Preferences

_CODE_TYPED = "recovery_code_typed"


class Safekeeping(ABC):
    """A desk that looks after its vault; what a turn uses is waited for, never pulled away."""

    _door: VaultDoor
    _storage: Storage | None
    _turn: asyncio.Lock
    _preferences: Preferences
    _papers: Papers
    _clock: Clock

    async def keep(self, passphrase: str) -> str:
        """*Keep nothing* becomes kept; returns the recovery code, to be shown once."""
        async with self._turn:
            storage = self._storage
            if storage is None:
                raise DeskError("locked")
            if storage.kept:
                raise DeskError("already_kept")
            self._storage, code = await self._door.create(passphrase, storage)
            await storage.close()
            await self._papers.opened((), self._clock.now())
            return code

    async def change_passphrase(self, old: str, new: str) -> None:
        async with self._turn:
            self._vaulted()
            await self._door.change_passphrase(old, new)

    async def new_recovery_code(self, passphrase: str) -> str:
        """Another code, to be shown once; the former one no longer opens."""
        async with self._turn:
            storage = self._vaulted()
            code = await self._door.new_recovery_code(passphrase)
            await storage.put_setting(_CODE_TYPED, "")
            return code

    async def type_recovery_code(self, code: str) -> None:
        """The person typed the code back; raises `DeskError` when it is not the one."""
        async with self._turn:
            storage = self._vaulted()
            await self._door.check_recovery_code(code)
            await storage.put_setting(_CODE_TYPED, "1")

    async def recovery_typed(self) -> bool:
        return await self._vaulted().setting(_CODE_TYPED) == "1"

    async def new_key(self, passphrase: str) -> str:
        """Everything under another key; returns the new recovery code. Closed while it lasts."""
        async with self._turn:
            storage = self._vaulted()
            await self._door.check_passphrase(passphrase)
            await storage.put_setting(_CODE_TYPED, "")
            self._storage = None
            await storage.close()
            try:
                return await self._door.new_key(passphrase)
            finally:
                self._storage = await self._door.unlock(passphrase)

    async def back_up(self, passphrase: str) -> bytes:
        """One encrypted file with everything, opened once before it is handed over."""
        async with self._turn:
            return await self._door.back_up(passphrase, self._vaulted())

    async def restore(self, path: str, secret: str) -> None:
        """Put a backup in the place of what is here; only while nothing is open."""
        async with self._turn:
            if self._storage is not None:
                raise DeskError("lock_first")
            await self._door.restore(path, secret)

    async def erase(self) -> None:
        """Everything of this folder is gone, also what is open."""
        try:
            await self.lock()
        finally:
            await self._door.erase()
            self._preferences = Preferences(language=self._preferences.language, country=self._preferences.country)

    @abstractmethod
    async def lock(self) -> None: ...

    def _vaulted(self) -> Storage:
        if self._storage is None:
            raise DeskError("locked")
        if not self._storage.kept:
            raise DeskError("not_kept")
        return self._storage
