"""How a database is opened: key first, then the profile, then a guard on what statements may do."""

import re
from pathlib import Path
from typing import Final

from app.vault.driver import (
    ATTACH,
    DENY,
    DETACH,
    FUNCTION,
    OK,
    PRAGMA,
    Connection,
    connect,
    driver_errors,
)
from app.vault.errors import CipherTooOld, Damaged, DiskFault, NotOurs, file_errors
from app.vault.files import make_empty_file
from app.vault.kdf import wipe

OLDEST_CIPHER: Final = (4, 17)
_PAGE_BYTES: Final = 4096
_PLAIN_HEADER: Final = b"SQLite format 3\0"
_HEX: Final = b"0123456789abcdef"

# All others are refused, temp_store, rekey and cipher_profile among them: one can put plaintext on disk.
_PRAGMAS: Final = frozenset({"user_version", "wal_checkpoint", "quick_check", "cipher_integrity_check"})
_FUNCTIONS_REFUSED: Final = frozenset({"load_extension", "sqlcipher_export", "fts3_tokenizer"})

_PROFILE: Final = (
    "PRAGMA synchronous = FULL",
    "PRAGMA temp_store = 2",
    "PRAGMA secure_delete = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    "PRAGMA foreign_keys = ON",
)


def open_memory() -> Connection:
    """A database in memory only: no file, no key, same profile and guard."""
    connection = connect("file::memory:")
    return _profiled(connection)


def create_database(path: Path, key: bytearray) -> Connection:
    """A new encrypted database in a new file that only its owner may read. The key is not kept."""
    make_empty_file(path)
    return _keyed(path, key)


def open_database(path: Path, key: bytearray) -> Connection:
    """Open an existing database; never makes a file. Raises `Damaged`, `NotOurs`, `InUse`, …"""
    inspect_database(path)  # before, never after: closing any handle on an open database drops SQLite's own lock
    return _keyed(path, key)


def inspect_database(path: Path) -> None:
    """Look without a key: raises `Damaged` for a missing or cut-off file, `NotOurs` for plain SQLite."""
    with file_errors():
        if not path.is_file():
            raise Damaged("database_missing")
        with path.open("rb") as file:
            header = file.read(_PAGE_BYTES)
    if header.startswith(_PLAIN_HEADER):
        raise NotOurs("plain_database")
    if len(header) < _PAGE_BYTES:
        raise Damaged("database_cut_short")


def _keyed(path: Path, key: bytearray) -> Connection:
    connection = connect(path.absolute().as_uri() + "?mode=rw")
    try:
        with driver_errors():
            _refuse_old_cipher(connection)
            _give_key(connection, key)
            # Set before the first read, so that the log's index is kept in memory and no -shm file is made.
            connection.execute("PRAGMA locking_mode = EXCLUSIVE").fetchall()
            connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
            mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()
        if mode != ("wal",):
            raise DiskFault("no_wal")
        return _profiled(connection)
    except BaseException:
        connection.close()
        raise


def _profiled(connection: Connection) -> Connection:
    with driver_errors():
        _refuse_old_cipher(connection)
        for statement in _PROFILE:
            connection.execute(statement).fetchall()
        connection.set_authorizer(_authorize)
    return connection


def _refuse_old_cipher(connection: Connection) -> None:
    """Also silences SQLCipher, which prints to stderr, and makes it wipe the memory that it frees."""
    row = connection.execute("PRAGMA cipher_version").fetchone()
    found = re.match(r"(\d+)\.(\d+)", str(row[0])) if row else None
    if found is None or (int(found[1]), int(found[2])) < OLDEST_CIPHER:
        raise CipherTooOld
    connection.execute("PRAGMA cipher_log_level = NONE").fetchall()
    connection.execute("PRAGMA cipher_memory_security = ON").fetchall()


def _give_key(connection: Connection, key: bytearray) -> None:
    """Hand over a raw key. Only the form x'…' is taken as raw; 32 bare bytes would go through PBKDF2."""
    literal = bytearray(b"x'" + bytes(2 * len(key)) + b"'")
    for place, byte in enumerate(key):
        literal[2 + 2 * place] = _HEX[byte >> 4]
        literal[3 + 2 * place] = _HEX[byte & 15]
    try:
        connection.set_key(memoryview(literal))
    finally:
        wipe(literal)


def _authorize(
    action: int,
    first: str | None,
    second: str | None,
    _where: str | None,
    _by: str | None,
) -> int:
    """Refuses what could write the vault elsewhere or weaken it; VACUUM attaches, so it is refused too."""
    if action in (ATTACH, DETACH):
        return DENY
    if action == PRAGMA:
        return OK if (first or "").lower() in _PRAGMAS else DENY
    if action == FUNCTION:
        return DENY if (second or "").lower() in _FUNCTIONS_REFUSED else OK
    return OK
