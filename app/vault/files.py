"""Files on disk: written whole or not at all, owner-only, and one process per vault."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Self

from app.vault.errors import Damaged, InUse, file_errors

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_BINARY = getattr(os, "O_BINARY", 0)


def make_folder(path: Path) -> None:
    """Make a folder (and those above it) that only its owner may enter, if it is not there yet."""
    with file_errors():
        path.mkdir(mode=0o700, parents=True, exist_ok=True)


def make_empty_file(path: Path) -> None:
    """Make a new file that only its owner may read; it must not exist yet."""
    with file_errors():
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _BINARY, 0o600))


def read_limited(path: Path, limit: int) -> bytes:
    """The bytes of a file; `Damaged` when there are more than `limit`."""
    with file_errors(), path.open("rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise Damaged("too_large")
    return data


def write_atomically(path: Path, data: bytes, check: Callable[[bytes], None]) -> None:
    """Replace a file by `data`: it holds the old or the new bytes whole, also after a crash.

    `check` gets what was read back from the new file and raises when it is not good; the old file then stays.
    """
    beside = path.with_name(f"{path.name}.new")  # a fixed name: what a crash left is overwritten next time
    try:
        with file_errors():
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            check(beside.read_bytes())
            beside.replace(path)
        sync_folder(path.parent)
    finally:
        with file_errors():
            beside.unlink(missing_ok=True)


def sync_folder(path: Path) -> None:
    """Make renames in a folder survive a power cut; Windows has no such call and orders them itself."""
    if sys.platform == "win32":
        return
    with file_errors():
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


class FileLock:
    """A lock that the operating system lets go of when the process dies, however it dies."""

    def __init__(self, path: Path) -> None:
        """Take the lock or raise `InUse` at once; also against another holder in this same process."""
        with file_errors():
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(descriptor)
        except (BlockingIOError, PermissionError):
            os.close(descriptor)
            raise InUse from None
        except OSError:
            os.close(descriptor)
            with file_errors():
                raise
        self._descriptor: int | None = descriptor

    def release(self) -> None:
        """Let go; a second time does nothing. The file stays: removing it would let two processes in."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def _lock(descriptor: int) -> None:
    if sys.platform == "win32":
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
