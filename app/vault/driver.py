"""The typed face of sqlcipher3, which has no types of its own, and its errors as `VaultError`s."""

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from types import MappingProxyType
from typing import Any, Final, Protocol

from app.vault.errors import (
    Closed,
    Damaged,
    DiskFault,
    DiskFull,
    Gone,
    InUse,
    ReadOnly,
    TooLittleMemory,
    VaultError,
)

_driver: Final[Any] = import_module("sqlcipher3.dbapi2")

DENY: Final = 1
OK: Final = 0
ATTACH: Final = 24
DETACH: Final = 25
PRAGMA: Final = 19
FUNCTION: Final = 31

Authorizer = Callable[[int, str | None, str | None, str | None, str | None], int]


class Cursor(Protocol):
    rowcount: int

    def fetchone(self) -> tuple[Any, ...] | None: ...
    def fetchall(self) -> list[tuple[Any, ...]]: ...


class Connection(Protocol):
    @property
    def in_transaction(self) -> bool: ...
    def execute(self, sql: str, parameters: Sequence[Any] = ...) -> Cursor: ...
    def executemany(self, sql: str, parameters: Iterable[Sequence[Any]]) -> Cursor: ...
    def executescript(self, sql: str) -> Cursor: ...
    def set_key(self, key: memoryview) -> None: ...
    def set_authorizer(self, authorizer: Authorizer | None) -> None: ...
    def backup(self, target: Any) -> None: ...
    def close(self) -> None: ...


_BY_CODE: Final[Mapping[int, type[VaultError]]] = MappingProxyType(
    {
        5: InUse,  # SQLITE_BUSY
        6: InUse,  # SQLITE_LOCKED
        7: TooLittleMemory,  # SQLITE_NOMEM
        8: ReadOnly,  # SQLITE_READONLY
        10: DiskFault,  # SQLITE_IOERR
        11: Damaged,  # SQLITE_CORRUPT
        13: DiskFull,  # SQLITE_FULL
        14: ReadOnly,  # SQLITE_CANTOPEN
        26: Damaged,  # SQLITE_NOTADB
    }
)


_BY_TEXT: Final[Mapping[str, type[VaultError]]] = MappingProxyType(
    {
        "disk is full": DiskFull,
        "disk I/O error": DiskFault,
        "malformed": Damaged,
        "not a database": Damaged,
        "locked": InUse,
        "readonly": ReadOnly,
        "out of memory": TooLittleMemory,
    }
)
"""For what the backup call raises: the driver gives it no code."""


def connect(location: str) -> Connection:
    """A connection by URI, bound to this thread, that begins no transaction by itself."""
    with driver_errors():
        return _driver.connect(location, uri=True, isolation_level=None, timeout=0.0)


@contextmanager
def driver_errors() -> Generator[None]:
    """Turn what the driver raises into a `VaultError`; a mistake in our own SQL stays what it is."""
    try:
        yield
    except _driver.Error as error:
        raise _translated(error) from None


def _translated(error: Exception) -> Exception:
    code = getattr(error, "sqlite_errorcode", None)
    text = str(error)
    if "closed database" in text:
        return Closed()
    if "FOREIGN KEY" in text:
        return Gone()
    by_text = next((kind for words, kind in _BY_TEXT.items() if words in text), None) if code is None else None
    kind = _BY_CODE.get(code, None) if isinstance(code, int) else by_text
    return error if kind is None else kind(str(getattr(error, "sqlite_errorname", "")))
