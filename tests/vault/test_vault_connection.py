"""The open profile: what is on, what is refused, and what a key holder can still find."""

import sqlite3
import stat
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from app.vault import connection as opening
from app.vault import vault
from app.vault.connection import create_database, open_database, open_memory
from app.vault.driver import Connection
from app.vault.errors import CipherTooOld, Damaged, KeysMissing, NotOurs, NoVault
from app.vault.recovery import RecoveryCode
from app.vault.store import Store

Made = tuple[Path, Store, RecoveryCode]
CANARY = "kanarie-7f3a-kanarie"


@pytest.fixture
def keyed(tmp_path: Path) -> Connection:
    return create_database(tmp_path / "k.db", bytearray(range(32)))


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("temp_store", 2),
        ("secure_delete", 1),
        ("trusted_schema", 0),
        ("cell_size_check", 1),
        ("foreign_keys", 1),
        ("cipher_memory_security", "1"),
        ("locking_mode", "exclusive"),
    ],
)
def test_a_vault_is_open_with_the_safe_profile(keyed: Connection, pragma: str, value: object) -> None:
    keyed.set_authorizer(None)
    assert keyed.execute(f"PRAGMA {pragma}").fetchone() == (value,)
    keyed.close()


@pytest.mark.parametrize(
    "statement",
    [
        "ATTACH DATABASE 'plain.db' AS plain KEY ''",
        "DETACH DATABASE main",
        "PRAGMA temp_store = 1",
        "PRAGMA main.temp_store = 1",
        "PRAGMA key = 'x'",
        "PRAGMA rekey = 'x'",
        "PRAGMA cipher_profile = 'profile.txt'",
        "PRAGMA cipher_log = 'log.txt'",
        "PRAGMA secure_delete = OFF",
        "PRAGMA synchronous = OFF",
        "SELECT * FROM pragma_table_info('sqlite_master')",
        "SELECT load_extension('x')",
        "SELECT sqlcipher_export('main')",
        "VACUUM",
        "VACUUM INTO 'plain.db'",
    ],
)
def test_what_could_write_the_vault_elsewhere_is_refused(
    keyed: Connection, statement: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for connection in (keyed, open_memory()):
        with pytest.raises(Exception, match=r"not authorized|authorization denied|prohibited"):
            connection.execute(statement)
        connection.close()
    assert {path.name for path in tmp_path.iterdir()} <= {"k.db", "k.db-wal"}


def test_an_older_cipher_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "OLDEST_CIPHER", (99, 0))
    with pytest.raises(CipherTooOld):
        open_memory()
    with pytest.raises(CipherTooOld):
        create_database(tmp_path / "k.db", bytearray(32))


def test_what_is_written_is_nowhere_in_the_clear_and_files_are_for_the_owner_only(
    made: Made, at: datetime, passphrase: str
) -> None:
    folder, store, code = made
    talk = store.new_conversation(CANARY, at)
    store.put_draft(talk.id, CANARY * 500)
    store.put_setting("x", CANARY)
    for _ in range(50):
        store.add_message(talk.id, "user", (("text", CANARY * 100),), at)
    while_open = _files(folder)
    assert len(while_open[f"{vault.DATABASE}-wal"]) > 100_000 and f"{vault.DATABASE}-shm" not in while_open
    store.close()
    for name, data in [*while_open.items(), *_files(folder).items()]:
        for secret in (CANARY, passphrase, code.text):
            assert secret.encode() not in data and secret.encode("utf-16-le") not in data, name
    assert not _files(folder)[vault.DATABASE].startswith(b"SQLite")
    if sys.platform != "win32":
        modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*") if path.is_file()}
        assert modes == {0o600} and stat.S_IMODE((folder / vault.HOME).stat().st_mode) == 0o700


def test_deleted_text_is_in_no_decrypted_page_and_the_log_is_empty(
    made: Made, at: datetime, all_pages: Callable[[Path], bytes]
) -> None:
    folder, store, _ = made
    talk, other = store.new_conversation(CANARY, at), store.new_conversation("blijft", at)
    kept = store.add_message(other.id, "user", (("text", "dit blijft staan"),), at)
    long = store.add_message(talk.id, "user", (("text", CANARY * 1000),), at)
    store.put_draft(talk.id, CANARY)
    store.put_draft(other.id, CANARY)
    gone = store.add_message(other.id, "user", (("text", CANARY),), at)
    store.put_draft(other.id, "")
    store.delete_message(gone.id)
    assert CANARY.encode() in all_pages(folder)
    store.delete_conversation(talk.id)
    assert CANARY.encode() not in all_pages(folder)
    assert long.id.encode() not in all_pages(folder)
    assert b"dit blijft staan" in all_pages(folder) and store.messages(other.id) == (kept,)
    assert _files(folder)[f"{vault.DATABASE}-wal"] == b""


def test_keep_nothing_writes_no_file(tmp_path: Path, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    store = Store.in_memory()
    talk = store.new_conversation("een", at)
    for _ in range(200):
        store.add_message(talk.id, "user", (("text", CANARY * 1000),), at)
    assert list(tmp_path.iterdir()) == []
    store.close()
    assert list(tmp_path.iterdir()) == []


def test_a_plain_database_of_another_program_is_named_and_kept(closed: tuple[Path, str], passphrase: str) -> None:
    database = closed[0] / vault.HOME / vault.DATABASE
    database.unlink()
    plain = sqlite3.connect(database)
    plain.execute("CREATE TABLE theirs (a)")
    plain.close()
    _refused_and_kept(closed[0], passphrase, NotOurs)


@pytest.mark.parametrize("data", [b"", b"cut short", bytes(8192), b"\xa5" * 20_000])
def test_a_database_that_is_damaged_is_named_and_kept(closed: tuple[Path, str], passphrase: str, data: bytes) -> None:
    (closed[0] / vault.HOME / vault.DATABASE).write_bytes(data)
    _refused_and_kept(closed[0], passphrase, Damaged)


def test_a_database_under_another_key_is_named_and_kept(closed: tuple[Path, str], passphrase: str) -> None:
    database = closed[0] / vault.HOME / vault.DATABASE
    database.unlink()
    create_database(database, bytearray(range(32))).close()
    _refused_and_kept(closed[0], passphrase, Damaged)


def test_a_missing_half_is_named_and_nothing_new_is_made(closed: tuple[Path, str], passphrase: str) -> None:
    folder, _ = closed
    home = folder / vault.HOME
    database = (home / vault.DATABASE).read_bytes()
    (home / vault.DATABASE).unlink()
    with pytest.raises(Damaged):
        vault.unlock(folder, passphrase)
    assert not (home / vault.DATABASE).exists()
    (home / vault.DATABASE).write_bytes(database)
    (home / vault.KEYS).unlink()
    with pytest.raises(KeysMissing):
        vault.unlock(folder, passphrase)
    with pytest.raises(NoVault):
        vault.unlock(folder / "elders", passphrase)


def test_a_flipped_byte_in_a_page_is_found_when_it_is_read(closed: tuple[Path, str], passphrase: str) -> None:
    database = closed[0] / vault.HOME / vault.DATABASE
    data = bytearray(database.read_bytes())
    for start in range(4096, len(data), 4096):
        data[start + 100] ^= 1
    database.write_bytes(data)
    with pytest.raises(Damaged):
        read_everything(closed[0], passphrase)


def read_everything(folder: Path, passphrase: str) -> None:
    with closing(vault.unlock(folder, passphrase)) as store:
        store.everything()


def test_a_connection_that_fails_to_open_prints_nothing(
    closed: tuple[Path, str], capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(Damaged):
        open_database(closed[0] / vault.HOME / vault.DATABASE, bytearray(32))
    assert capfd.readouterr() == ("", "")


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _refused_and_kept(folder: Path, passphrase: str, error: type[Exception]) -> None:
    before = _files(folder)
    with pytest.raises(error):
        vault.unlock(folder, passphrase)
    assert _files(folder) == before
