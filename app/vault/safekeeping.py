"""Looking after a vault: another code, another key, a backup and back again, and erasing it.

A new vault is made whole beside the present one (`vault.next`), then takes its name; the present one stands
by as `vault.old` until the new one was opened.
"""

from pathlib import Path
from typing import Final

from app.vault import backup as container
from app.vault import vault
from app.vault.connection import create_database, inspect_database, open_database
from app.vault.driver import Connection, driver_errors
from app.vault.errors import Damaged, MistypedRecoveryCode, WrongPassphrase, WrongRecoveryCode
from app.vault.files import FileLock, make_folder, sync_folder, write_atomically
from app.vault.kdf import wipe
from app.vault.keyfile import KeyFile
from app.vault.keys import VaultKey, new_keys, open_with_passphrase, open_with_recovery, with_recovery
from app.vault.migrate import migrate, shipped, version_of
from app.vault.recovery import RecoveryCode
from app.vault.store import Store

_COPY: Final = "vault.copy"
_TABLES: Final = ("conversation", "message", "block", "draft", "setting", "usage")
_SOUND: Final = ("ok",)


def new_recovery_code(folder: Path, passphrase: str) -> RecoveryCode:
    """Another recovery code; the former one no longer opens. The vault may be open.

    Raises `WrongPassphrase`, `InUse`, `DiskFull`, …; the former code then still opens.
    """
    vault.refuse_missing(folder)
    with FileLock(folder / vault.KEYS_LOCK):
        path = folder / vault.HOME / vault.KEYS
        file = vault.read_keys(path)
        with open_with_passphrase(file, passphrase) as key:
            fresh, code = with_recovery(file, key)
            write_atomically(path, fresh.serialise(), vault.check_for(key))
            return code


def check_recovery_code(folder: Path, typed: str) -> None:
    """Was the code copied right? Raises `MistypedRecoveryCode` or `WrongRecoveryCode`."""
    vault.refuse_missing(folder)
    with open_with_recovery(vault.read_keys(folder / vault.HOME / vault.KEYS), RecoveryCode.read(typed)):
        pass


def check_passphrase(folder: Path, passphrase: str) -> None:
    """Raises `WrongPassphrase`."""
    vault.refuse_missing(folder)
    with open_with_passphrase(vault.read_keys(folder / vault.HOME / vault.KEYS), passphrase):
        pass


def new_key(folder: Path, passphrase: str) -> RecoveryCode:
    """Encrypt everything anew under another key, same passphrase, new recovery code. The vault must be closed.

    Killed at any moment, the vault opens with this passphrase and holds everything.
    """
    with FileLock(folder / vault.LOCK), FileLock(folder / vault.KEYS_LOCK):
        vault.settle(folder)
        vault.refuse_missing(folder)
        home = folder / vault.HOME
        file = vault.read_keys(home / vault.KEYS)
        inspect_database(home / vault.DATABASE)
        cost = next(slot.kdf for slot in file.slots if slot.kind == "passphrase")
        with open_with_passphrase(file, passphrase) as old:
            source = _opened(home / vault.DATABASE, old)
            try:
                fresh, keys, code = new_keys(passphrase, cost)
                with fresh:
                    side = _empty_side(folder)
                    write_atomically(side / vault.KEYS, keys.serialise(), vault.check_for(fresh))
                    _copied(source, side / vault.DATABASE, fresh)
            finally:
                source.close()
        vault.destroy(folder / vault.OLD)
        _swap(folder, side)
        return code


def back_up(folder: Path, store: Store, passphrase: str, target: Path) -> None:
    """Write an open vault to one new encrypted file, and open that file again before it counts.

    Raises `WrongPassphrase`, `FileTaken`, `DiskFull`, …; then there is no file. It opens with this passphrase
    and with the recovery code of today, also when both are changed later.
    """
    copy = folder / _COPY
    vault.destroy(copy)
    file = vault.read_keys(folder / vault.HOME / vault.KEYS)
    with open_with_passphrase(file, passphrase) as key:
        try:
            make_folder(copy)
            _copied(store.connection, copy / vault.DATABASE, key)
            container.write(target, file, key, copy / vault.DATABASE)
            try:
                _unpacked(target, container.read_head(target), key, copy / "check.db")
            except BaseException:
                target.unlink(missing_ok=True)
                raise
        finally:
            vault.destroy(copy)


def restore(folder: Path, source: Path, secret: str) -> None:
    """Put a backup in the place of the vault, which must be closed; `secret` is of the day of the backup.

    Raises `WrongPassphrase`, `NotOurs`, `Damaged`, …; nothing changed then. The present vault stays aside
    until the restored one was opened.
    """
    opened = container.read_head(source)
    make_folder(folder)
    with FileLock(folder / vault.LOCK), FileLock(folder / vault.KEYS_LOCK), _key(opened.file, secret) as key:
        vault.settle(folder)
        side = _empty_side(folder)
        try:
            write_atomically(side / vault.KEYS, opened.file.serialise(), vault.check_for(key))
            _unpacked(source, opened, key, side / vault.DATABASE)
        except BaseException:
            vault.destroy(side)
            raise
        _swap(folder, side)


def erase(folder: Path) -> None:
    """Destroy every vault of this folder, keys first; needs no space on the disk. The vault must be closed."""
    with FileLock(folder / vault.LOCK), FileLock(folder / vault.KEYS_LOCK):
        rooms = [folder / name for name in (vault.HOME, vault.OLD, vault.NEXT, vault.SIDE, _COPY)]
        for room in rooms:
            vault.destroy_keys(room)
        for room in rooms:
            vault.destroy(room)
        vault.free_room(folder)


def _key(file: KeyFile, secret: str) -> VaultKey:
    """A recovery code has a check group: what passes it is one, anything else is a passphrase."""
    try:
        code = RecoveryCode.read(secret)
    except MistypedRecoveryCode:
        return open_with_passphrase(file, secret)
    try:
        return open_with_recovery(file, code)
    except WrongRecoveryCode:
        raise WrongPassphrase from None


def _opened(database: Path, key: VaultKey) -> Connection:
    secret = key.database_key()
    try:
        return open_database(database, secret)
    finally:
        wipe(secret)


def _unpacked(source: Path, opened: container.Opened, key: VaultKey, database: Path) -> None:
    container.extract(source, opened, key, database)
    connection = _opened(database, key)
    try:
        if version_of(connection) == 0:
            raise Damaged("backup")
        migrate(connection, shipped())
        _refuse_unsound(connection)
    finally:
        connection.close()


def _copied(source: Connection, target: Path, key: VaultKey) -> None:
    """The whole database under another key, page for page, and looked at again from the file."""
    secret = key.database_key()
    try:
        copy = create_database(target, secret)
    finally:
        wipe(secret)
    try:
        with driver_errors():
            source.backup(copy)
    finally:
        copy.close()
    again = _opened(target, key)
    try:
        _refuse_unsound(again)
        if _counts(again) != _counts(source):
            raise Damaged("copy")
    finally:
        again.close()
    sync_folder(target.parent)


def _refuse_unsound(connection: Connection) -> None:
    with driver_errors():
        broken = connection.execute("PRAGMA cipher_integrity_check").fetchall()
        sound = connection.execute("PRAGMA quick_check").fetchall()
    if broken or sound != [_SOUND]:
        raise Damaged("integrity")


def _counts(connection: Connection) -> list[tuple[int, ...]]:
    with driver_errors():
        return [connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0] for table in _TABLES]  # noqa: S608


def _empty_side(folder: Path) -> Path:
    side = folder / vault.SIDE
    vault.destroy(side)
    make_folder(side)
    return side


def _swap(folder: Path, side: Path) -> None:
    """From here on the new vault is whole: `settle` finishes what a crash interrupts."""
    sync_folder(side)
    vault.take_place(folder, side)
