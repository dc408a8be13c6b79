"""The vault as a person knows it: make one, open it, change its passphrase.

In the data folder: `vault/vault.keys` and `vault/vault.db` (with its log while open), and `vault.lock`.
"""

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final

from app.vault.connection import create_database, inspect_database, open_database
from app.vault.driver import Connection
from app.vault.errors import (
    AlreadyExists,
    Damaged,
    KeysMissing,
    NotOurs,
    NoVault,
    VaultError,
    file_errors,
)
from app.vault.files import (
    FileLock,
    make_empty_file,
    make_folder,
    read_limited,
    sync_folder,
    write_atomically,
)
from app.vault.kdf import HeldKey, KdfParameters, passphrase_bytes, wipe
from app.vault.keyfile import LIMIT_BYTES, KeyFile, parse
from app.vault.keys import (
    VaultKey,
    new_keys,
    open_with_passphrase,
    open_with_recovery,
    with_passphrase,
)
from app.vault.migrate import migrate, shipped, version_of
from app.vault.recovery import RecoveryCode
from app.vault.rows import Snapshot
from app.vault.store import Store

HOME: Final = "vault"
KEYS: Final = "vault.keys"
DATABASE: Final = "vault.db"
SIDE: Final = "vault.new"  # being made: worth nothing after a crash
NEXT: Final = "vault.next"  # whole, about to take the vault's name
OLD: Final = "vault.old"  # what it replaced, until it was opened
LOCK: Final = "vault.lock"
KEYS_LOCK: Final = "keys.lock"
_ROOM: Final = "vault.room"  # freed when the disk is full, so that deleting still works
_ROOM_BYTES: Final = 8 * 1024 * 1024


def exists(folder: Path) -> bool:
    """Whether there is a vault here, whole or not."""
    with file_errors():
        return any((folder / room / name).exists() for room in (HOME, OLD) for name in (KEYS, DATABASE))


def create(
    folder: Path, passphrase: str, kdf: KdfParameters | None = None, content: Snapshot | None = None
) -> tuple[Store, RecoveryCode]:
    """A new vault, open, and its recovery code. A crash or a full disk leaves no vault or a whole one.

    It is made under another name, `content` and all, and renamed in one step. Raises `WeakPassphrase`,
    `PassphraseTooLong`, `AlreadyExists`, `NotOurs`, `InUse`, `DiskFull`, `ReadOnly`.
    """
    wipe(passphrase_bytes(passphrase, new=True))  # refuse a weak one before anything is written
    make_folder(folder)
    lock = FileLock(folder / LOCK)
    try:
        _refuse_occupied(folder)
        key, file, code = new_keys(passphrase, kdf)
        with key:
            _build(folder, key, file, content)
            return _opened(folder, key, lock), code
    except BaseException:
        lock.release()
        raise


def unlock(folder: Path, passphrase: str) -> Store:
    """Open the vault. Raises `WrongPassphrase`, `InUse`, `Damaged`, `NewerVersion`, `NoVault`, …"""
    return _unlock(folder, lambda file: open_with_passphrase(file, passphrase))


def unlock_with_recovery(folder: Path, code: str) -> Store:
    """Open with the recovery code as typed. Raises `MistypedRecoveryCode`, `WrongRecoveryCode`, …"""
    return _unlock(folder, lambda file: open_with_recovery(file, RecoveryCode.read(code)))


def change_passphrase(folder: Path, old: str, new: str) -> None:
    """Wrap the key under another passphrase; the database is not touched, and the vault may be open.

    An old copy of the key file still opens with the old passphrase.
    """
    wipe(passphrase_bytes(new, new=True))
    refuse_missing(folder)
    with FileLock(folder / KEYS_LOCK):
        path = folder / HOME / KEYS
        file = read_keys(path)
        with open_with_passphrase(file, old) as key:
            fresh = with_passphrase(file, key, new)
            write_atomically(path, fresh.serialise(), check_for(key))


def _unlock(folder: Path, opener: Callable[[KeyFile], VaultKey]) -> Store:
    if not exists(folder):
        raise NoVault
    lock = FileLock(folder / LOCK)
    try:
        settle(folder)
        refuse_missing(folder)
        file = read_keys(folder / HOME / KEYS)
        inspect_database(folder / HOME / DATABASE)
        with opener(file) as key:
            return _opened(folder, key, lock)
    except BaseException:
        lock.release()
        raise


def _opened(folder: Path, key: VaultKey, lock: FileLock) -> Store:
    secret = key.database_key()
    held = HeldKey(secret)
    wipe(secret)
    connect = partial(_connected, folder / HOME / DATABASE, held)
    connection = connect()
    try:
        if version_of(connection) == 0:  # ours is never empty: it is migrated before it gets its name
            raise Damaged("database_empty")
        migrate(connection, shipped())
    except BaseException:
        connection.close()
        raise
    destroy(folder / OLD)
    _keep_room(folder)

    def released() -> None:
        held.wipe()
        lock.release()

    return Store(connection, kept=True, released=released, make_room=lambda: free_room(folder), again=connect)


def _connected(database: Path, held: HeldKey) -> Connection:
    secret = held.whole()
    try:
        return open_database(database, secret)
    finally:
        wipe(secret)


def settle(folder: Path) -> None:
    """Finish or undo what a crash interrupted while one vault took the place of another. Needs the lock."""
    home, after, old = folder / HOME, folder / NEXT, folder / OLD
    with file_errors():
        whole = (home / KEYS).is_file() and (home / DATABASE).is_file()
        if whole:
            destroy(after)
        elif after.exists():
            destroy(home)
            after.rename(home)
        elif old.exists() and not home.exists():
            old.rename(home)


def take_place(folder: Path, side: Path) -> None:
    """Give a whole vault in `side` the name of the vault; the present one goes aside, once. Needs the lock."""
    home, after, old = folder / HOME, folder / NEXT, folder / OLD
    with file_errors():
        side.rename(after)
        sync_folder(folder)
        if not home.exists():
            pass
        elif old.exists():  # the present one came from a file and was never opened: the one before it is kept
            destroy(home)
        else:
            home.rename(old)
        after.rename(home)
    sync_folder(folder)


def destroy_keys(room: Path) -> None:
    """Overwrite the keys where they stand, then remove them: without them the rest is noise."""
    with file_errors():
        for path in (room / KEYS, room / f"{KEYS}.new"):
            if not path.is_file():
                continue
            with suppress(OSError), path.open("r+b") as file:  # refused: the file may still be let go
                file.write(secrets.token_bytes(path.stat().st_size))
                file.flush()
                os.fsync(file.fileno())
                file.truncate(0)
            path.unlink()


def destroy(room: Path) -> None:
    """Remove the folder of a vault, keys first; one that is not there is no error."""
    destroy_keys(room)
    with file_errors():
        if not room.is_dir():
            return
        for path in room.iterdir():
            path.unlink()
        room.rmdir()


def free_room(folder: Path) -> None:
    with file_errors():
        (folder / _ROOM).unlink(missing_ok=True)


def _keep_room(folder: Path) -> None:
    """Set space aside, if there is any: the vault works without it."""
    path = folder / _ROOM
    try:
        if path.exists() and path.stat().st_size == _ROOM_BYTES:
            return
        path.unlink(missing_ok=True)
        make_empty_file(path)
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(_ROOM_BYTES))  # random: zeros may be stored as nothing
    except (OSError, VaultError):
        with suppress(OSError):
            path.unlink(missing_ok=True)


def _build(folder: Path, key: VaultKey, file: KeyFile, content: Snapshot | None) -> None:
    side = folder / SIDE
    _clear(side)
    make_folder(side)
    try:
        write_atomically(side / KEYS, file.serialise(), check_for(key))
        secret = key.database_key()
        try:
            connection = create_database(side / DATABASE, secret)
        finally:
            wipe(secret)
        try:
            migrate(connection, shipped())
            if content is not None:
                Store(connection, kept=True).receive(content)
        finally:
            connection.close()
        sync_folder(side)
        with file_errors():
            side.rename(folder / HOME)
        sync_folder(folder)
    except BaseException:
        _clear(side)
        raise


def _clear(side: Path) -> None:
    """Remove what an interrupted creation left: nobody ever wrote in it. Anything else in there stops us."""
    with file_errors():
        if not side.exists():
            return
        left = list(side.iterdir())
        if any(not path.name.startswith((KEYS, DATABASE)) for path in left):
            raise NotOurs("side_folder")
        for path in left:
            path.unlink()
        side.rmdir()


def _refuse_occupied(folder: Path) -> None:
    home = folder / HOME
    if exists(folder):
        raise AlreadyExists
    with file_errors():
        if not home.exists():
            return
        if not home.is_dir() or any(home.iterdir()):
            raise NotOurs("folder")
        home.rmdir()


def refuse_missing(folder: Path) -> None:
    if not exists(folder):
        raise NoVault
    with file_errors():
        if not (folder / HOME / KEYS).is_file():
            raise KeysMissing


def read_keys(path: Path) -> KeyFile:
    return parse(read_limited(path, LIMIT_BYTES))


def check_for(key: VaultKey) -> Callable[[bytes], None]:
    return lambda written: key.verify(parse(written))
