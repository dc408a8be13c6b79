"""The vault as a person knows it: make one, open it, change its passphrase.

In the data folder: `vault/vault.keys` and `vault/vault.db` (with its log while open), and `vault.lock`.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from app.vault.connection import create_database, inspect_database, open_database
from app.vault.errors import (
    AlreadyExists,
    Damaged,
    KeysMissing,
    NotOurs,
    NoVault,
    file_errors,
)
from app.vault.files import (
    FileLock,
    make_folder,
    read_limited,
    sync_folder,
    write_atomically,
)
from app.vault.kdf import KdfParameters, passphrase_bytes, wipe
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
_SIDE: Final = "vault.new"
_LOCK: Final = "vault.lock"
_KEYS_LOCK: Final = "keys.lock"


def exists(folder: Path) -> bool:
    """Whether there is a vault here, whole or not."""
    with file_errors():
        return (folder / HOME / KEYS).exists() or (folder / HOME / DATABASE).exists()


def create(
    folder: Path, passphrase: str, kdf: KdfParameters | None = None, content: Snapshot | None = None
) -> tuple[Store, RecoveryCode]:
    """A new vault, open, and its recovery code. A crash or a full disk leaves no vault or a whole one.

    It is made under another name, `content` and all, and renamed in one step. Raises `WeakPassphrase`,
    `PassphraseTooLong`, `AlreadyExists`, `NotOurs`, `InUse`, `DiskFull`, `ReadOnly`.
    """
    wipe(passphrase_bytes(passphrase, new=True))  # refuse a weak one before anything is written
    make_folder(folder)
    lock = FileLock(folder / _LOCK)
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
    _refuse_missing(folder)
    with FileLock(folder / _KEYS_LOCK):
        path = folder / HOME / KEYS
        file = _read_keys(path)
        with open_with_passphrase(file, old) as key:
            fresh = with_passphrase(file, key, new)
            write_atomically(path, fresh.serialise(), _check_for(key))


def _unlock(folder: Path, opener: Callable[[KeyFile], VaultKey]) -> Store:
    _refuse_missing(folder)
    lock = FileLock(folder / _LOCK)
    try:
        file = _read_keys(folder / HOME / KEYS)
        inspect_database(folder / HOME / DATABASE)
        with opener(file) as key:
            return _opened(folder, key, lock)
    except BaseException:
        lock.release()
        raise


def _opened(folder: Path, key: VaultKey, lock: FileLock) -> Store:
    secret = key.database_key()
    try:
        connection = open_database(folder / HOME / DATABASE, secret)
    finally:
        wipe(secret)
    try:
        if version_of(connection) == 0:  # ours is never empty: it is migrated before it gets its name
            raise Damaged("database_empty")
        migrate(connection, shipped())
    except BaseException:
        connection.close()
        raise
    return Store(connection, kept=True, released=lock.release)


def _build(folder: Path, key: VaultKey, file: KeyFile, content: Snapshot | None) -> None:
    side = folder / _SIDE
    _clear(side)
    make_folder(side)
    try:
        write_atomically(side / KEYS, file.serialise(), _check_for(key))
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


def _refuse_missing(folder: Path) -> None:
    if not exists(folder):
        raise NoVault
    with file_errors():
        if not (folder / HOME / KEYS).is_file():
            raise KeysMissing


def _read_keys(path: Path) -> KeyFile:
    return parse(read_limited(path, LIMIT_BYTES))


def _check_for(key: VaultKey) -> Callable[[bytes], None]:
    return lambda written: key.verify(parse(written))
