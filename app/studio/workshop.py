"""A workshop as an encrypted file of its own: made, opened, handed over as one piece, destroyed alone.

In its folder: `workshop.keys` and `workshop.db` (with its log while open), and `workshop.lock`.
"""

import io
import json
import re
import secrets
import zipfile
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Self

from app.studio.values import Item, Person, Picture, StudioError
from app.vault.connection import create_database, inspect_database, open_database
from app.vault.driver import Connection, driver_errors
from app.vault.errors import Damaged, NotOurs, VaultError, file_errors
from app.vault.files import FileLock, make_folder, read_limited, sync_folder, write_atomically
from app.vault.kdf import KdfParameters, passphrase_bytes, wipe
from app.vault.keyfile import LIMIT_BYTES, parse
from app.vault.keys import VaultKey, new_keys, open_with_passphrase
from app.vault.migrate import migrate, shipped, version_of
from app.vault.rows import from_microseconds, storable, to_microseconds

KEYS: Final = "workshop.keys"
DATABASE: Final = "workshop.db"
LOCK: Final = "workshop.lock"
SUFFIX: Final = ".werkplaats"
_FOLDER: Final = "workshops"
_ROOM: Final = "app.studio"
_NAME: Final = re.compile(r"\d{4}-\d{2}-\d{2}-[0-9a-f]{6}")
_LARGEST: Final = 512 * 1024 * 1024  # bytes of a file that is taken in
_PERSONAL: Final = ("vault", "vault.keys", "vault.db", "vault.new", "vault.lock")

_GONE: Final = """
    WITH RECURSIVE gone (id) AS (
        {seed} UNION SELECT needs.item FROM needs JOIN gone ON needs.needed = gone.id
    )
    DELETE FROM item WHERE id IN (SELECT id FROM gone)
"""


def is_personal(folder: Path) -> bool:
    """Whether a folder holds (or is) a person's own vault: the studio must not come near it."""
    return any((folder / name).exists() for name in _PERSONAL) or folder.name == "vault"


def names(folder: Path) -> tuple[str, ...]:
    """The workshops in a data folder, the newest first. A name is a day and a number: what it is about stays inside."""
    home = folder / _FOLDER
    if not home.is_dir():
        return ()
    return tuple(sorted((p.name for p in home.iterdir() if _NAME.fullmatch(p.name)), reverse=True))


def place(folder: Path, name: str) -> Path:
    """The folder of a workshop; raises `StudioError` for a name that is none of ours."""
    if not _NAME.fullmatch(name) or not (folder / _FOLDER / name).is_dir():
        raise StudioError("no_workshop", 404)
    return folder / _FOLDER / name


class Workshop:
    """An open workshop. Synchronous; belongs to the thread that opened it."""

    def __init__(self, connection: Connection, home: Path, lock: FileLock) -> None:
        self._connection, self._home, self._lock = connection, home, lock

    @classmethod
    def new(cls, folder: Path, passphrase: str, day: datetime, kdf: KdfParameters | None = None) -> Self:
        """A new workshop in a data folder. Raises `WeakPassphrase`, `DiskFull`, …"""
        wipe(passphrase_bytes(passphrase, new=True))
        home = folder / _FOLDER / f"{day:%Y-%m-%d}-{secrets.token_hex(3)}"
        make_folder(home)
        lock = FileLock(home / LOCK)
        try:
            key, file, _ = new_keys(passphrase, kdf)
            with key:
                file = key.sealed(replace(file, slots=file.slots[:1]))  # a group has no recovery code to lose
                write_atomically(home / KEYS, file.serialise(), lambda written: key.verify(parse(written)))
                connection = _with(key, lambda secret: create_database(home / DATABASE, secret))
            migrate(connection, shipped(_ROOM))
            return cls(connection, home, lock)
        except BaseException:
            lock.release()
            raise

    @classmethod
    def open(cls, folder: Path, name: str, passphrase: str) -> Self:
        """Raises `WrongPassphrase`, `InUse`, `Damaged`, …; `StudioError` for a workshop that is not there."""
        home = place(folder, name)
        lock = FileLock(home / LOCK)
        try:
            file = parse(read_limited(home / KEYS, LIMIT_BYTES))
            inspect_database(home / DATABASE)
            with open_with_passphrase(file, passphrase) as key:
                connection = _with(key, lambda secret: open_database(home / DATABASE, secret))
            try:
                _refuse_other(connection)
                migrate(connection, shipped(_ROOM))
            except BaseException:
                connection.close()
                raise
            return cls(connection, home, lock)
        except BaseException:
            lock.release()
            raise

    # -- what is in it ---------------------------------------------------------------------------

    def picture(self) -> Picture:
        people = self._read("SELECT id, code, at FROM person ORDER BY at, code")
        needs: dict[str, list[str]] = {}
        for item, needed in self._read("SELECT item, needed FROM needs ORDER BY rowid"):
            needs.setdefault(item, []).append(needed)
        rows = self._read("SELECT id, kind, coalesce(person, ''), at, body FROM item ORDER BY position")
        return Picture(
            tuple(Person(i, code, from_microseconds(at)) for i, code, at in people),
            tuple(
                Item(i, kind, person, from_microseconds(at), json.loads(body), tuple(needs.get(i, ())))
                for i, kind, person, at, body in rows
            ),
            {str(name): str(value) for name, value in self._read("SELECT name, value FROM setting")},
        )

    def join(self, code: str, at: datetime) -> None:
        """A code name more. Raises `StudioError` for one that is empty, too long or taken."""
        code = " ".join(storable(code).split())
        if not 1 <= len(code) <= 30:
            raise StudioError("code_name")
        if self._read("SELECT 1 FROM person WHERE lower(code) = lower(?)", (code,)):
            raise StudioError("code_taken")
        with self._transaction() as connection:
            values = (secrets.token_hex(8), code, to_microseconds(at))
            connection.execute("INSERT INTO person (id, code, at) VALUES (?, ?, ?)", values)

    def add(self, kind: str, person: str, at: datetime, body: Mapping[str, Any], needs: Iterable[str] = ()) -> str:
        """Put something in; its id. Raises `Gone` when what it stands on, or who says it, is no longer there."""
        identity = secrets.token_hex(8)
        text = storable(json.dumps(body, ensure_ascii=False))
        with self._transaction() as connection:
            connection.execute(
                "INSERT INTO item (id, kind, person, at, body) VALUES (?, ?, ?, ?, ?)",
                (identity, kind, person or None, to_microseconds(at), text),
            )
            rows = ((identity, needed) for needed in dict.fromkeys(needs))
            connection.executemany("INSERT INTO needs (item, needed) VALUES (?, ?)", rows)
        return identity

    def remove(self, item: str) -> None:
        """An item and everything that stands on it."""
        with self._transaction() as connection:
            connection.execute(_GONE.format(seed="SELECT id FROM item WHERE id = ?"), (item,))
        self._emptied()

    def withdraw(self, person: str) -> None:
        """Everything of one person and all that stands on it, from the pages and from the log; and the code name."""
        with self._transaction() as connection:
            connection.execute(_GONE.format(seed="SELECT id FROM item WHERE person = ?"), (person,))
            connection.execute("DELETE FROM person WHERE id = ?", (person,))
        self._emptied()

    def put_setting(self, name: str, value: str) -> None:
        with self._transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)", (name, storable(value)))

    # -- the file --------------------------------------------------------------------------------

    def packed(self) -> bytes:
        """The encrypted workshop as one piece, to be handed over; it opens with the same passphrase."""
        self._emptied()
        out = io.BytesIO()
        with file_errors(), zipfile.ZipFile(out, "w") as pack:
            for name in (KEYS, DATABASE):
                pack.writestr(zipfile.ZipInfo(name), (self._home / name).read_bytes())
        return out.getvalue()

    @property
    def name(self) -> str:
        return self._home.name

    def close(self) -> None:
        try:
            self._emptied()
        finally:
            with driver_errors():
                self._connection.close()
            self._lock.release()

    def _emptied(self) -> None:
        """Until the log is empty, what was deleted still stands in it."""
        with driver_errors():
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _read(self, sql: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        with driver_errors():
            return self._connection.execute(sql, values).fetchall()

    @contextmanager
    def _transaction(self) -> Generator[Connection]:
        connection = self._connection
        with driver_errors():
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise


def destroy(folder: Path, name: str) -> None:
    """Remove one workshop and nothing else: its keys first, without which the rest is noise."""
    home = place(folder, name)
    with FileLock(home / LOCK), file_errors():  # not while it is open
        for file in (KEYS, DATABASE, f"{DATABASE}-wal", f"{KEYS}.new"):
            (home / file).unlink(missing_ok=True)
    with file_errors():
        (home / LOCK).unlink(missing_ok=True)
        home.rmdir()
    sync_folder(home.parent)


def take_in(folder: Path, file: Path, day: datetime) -> str:
    """Put a workshop that was handed over among ours; its name. Raises `StudioError("not_a_workshop")`."""
    keys, database = _unpacked(file)
    home = folder / _FOLDER / f"{day:%Y-%m-%d}-{secrets.token_hex(3)}"
    make_folder(home)
    write_atomically(home / KEYS, keys, _readable)
    write_atomically(home / DATABASE, database, lambda _: None)
    return home.name


def _unpacked(file: Path) -> tuple[bytes, bytes]:
    try:
        if file.stat().st_size > _LARGEST:
            raise StudioError("not_a_workshop")
        with zipfile.ZipFile(file) as pack:
            if sorted(pack.namelist()) != sorted((KEYS, DATABASE)):
                raise StudioError("not_a_workshop")
            if any(info.file_size > _LARGEST for info in pack.infolist()):
                raise StudioError("not_a_workshop")
            keys, database = pack.read(KEYS), pack.read(DATABASE)
        parse(keys)
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError, VaultError):
        raise StudioError("not_a_workshop") from None
    return keys, database


def _readable(written: bytes) -> None:
    parse(written)


def _with(key: VaultKey, opener: Callable[[bytearray], Connection]) -> Connection:
    secret = key.database_key()
    try:
        return opener(secret)
    finally:
        wipe(secret)


def _refuse_other(connection: Connection) -> None:
    """Another database of this program, a person's vault say, is closed again unread."""
    with driver_errors():
        found = connection.execute("SELECT count(*) FROM sqlite_master WHERE name IN ('person', 'item')").fetchone()
    if version_of(connection) == 0:
        raise Damaged("database_empty")
    if found != (2,):
        raise NotOurs("workshop")
