"""The run file: how `python -m app url` of the same user finds the server of a data folder.

`serve.lock` is held while a server runs, and let go by the system when it dies, however it dies.
`serve.json` may be stale and is believed only while the lock is held.
"""

import json
import os
import secrets
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from app.vault.errors import InUse, VaultError
from app.vault.files import FileLock

_FILE, _LOCK = "serve.json", "serve.lock"
_LIMIT = 4096


@dataclass(frozen=True, slots=True)
class RunFile:
    port: int
    pid: int
    secret: str = field(repr=False)

    @classmethod
    def new(cls, port: int) -> "RunFile":
        return cls(port, os.getpid(), secrets.token_urlsafe(32))

    @classmethod
    def of_running(cls, folder: Path) -> "RunFile | None":
        """The run file of a server that is there now, else None."""
        found = cls._read(folder)
        return found if found and _held(folder) else None

    @classmethod
    def _read(cls, folder: Path) -> "RunFile | None":
        try:
            with (folder / _FILE).open("rb") as file:
                data = json.loads(file.read(_LIMIT))
            return cls(int(data["port"]), int(data["pid"]), str(data["secret"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, folder: Path) -> None:
        """For the owner only from its first byte; what an earlier run left is replaced. Raises OSError."""
        path = folder / _FILE
        path.unlink(missing_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(asdict(self), file)

    def remove(self, folder: Path) -> None:
        with suppress(OSError):  # stale at worst, and a stale one is not believed
            (folder / _FILE).unlink(missing_ok=True)


class ServeLock(FileLock):
    """The right to serve a folder; the next process of the same run can have it without a gap."""

    def hand_on(self) -> int:
        """The descriptor, from now on inherited by what this process becomes."""
        if self._descriptor is None:
            raise InUse
        os.set_inheritable(self._descriptor, True)
        return self._descriptor

    @classmethod
    def handed_on(cls, descriptor: int) -> "ServeLock":
        lock = cls.__new__(cls)
        os.set_inheritable(descriptor, False)
        lock._descriptor = descriptor
        return lock


def take(folder: Path) -> ServeLock:
    """The right to serve this folder. Raises `InUse`, or another `VaultError` for a folder of no use."""
    return ServeLock(folder / _LOCK)


def _held(folder: Path) -> bool:
    try:
        take(folder).release()
    except InUse:
        return True
    except VaultError:
        return False
    return False
