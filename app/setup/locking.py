"""A lock on a file that the operating system lets go of when its holder dies, however it dies."""

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt

    def _take(file: IO[str], *, wait: bool) -> None:
        while True:
            try:
                return msvcrt.locking(file.fileno(), msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
            except OSError:  # LK_LOCK itself gives up after ten seconds
                if not wait:
                    raise
else:
    import fcntl

    def _take(file: IO[str], *, wait: bool) -> None:
        fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)


class TakenError(Exception):
    """Another process holds the lock."""


@contextmanager
def only_one(path: Path, *, wait: bool) -> Generator[None]:
    """Hold the lock on `path` for the block. Raises TakenError at once unless `wait`.

    The file stays when the block ends: removing it would let two holders in. Beside it lies the process id of
    the holder, for a person who looks; the lock does not depend on it, so a dead or reused id does no harm.
    """
    with path.open("a", encoding="utf-8") as file:
        try:
            _take(file, wait=wait)
        except OSError:
            raise TakenError from None
        path.with_suffix(".pid").write_text(str(os.getpid()), encoding="utf-8")
        yield
