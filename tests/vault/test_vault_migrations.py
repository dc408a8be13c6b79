"""Migrations: each whole or not at all, and a vault from the future is left alone."""

from collections.abc import Generator
from pathlib import Path

import pytest

from app.vault import vault
from app.vault.connection import create_database, open_database, open_memory
from app.vault.driver import Connection
from app.vault.errors import NewerVersion
from app.vault.migrate import Migration, migrate, shipped, version_of


@pytest.fixture
def connection() -> Generator[Connection]:
    opened = open_memory()
    yield opened
    opened.close()


FIRST = Migration(1, "CREATE TABLE a (x TEXT) STRICT; INSERT INTO a VALUES ('was');")
BROKEN = Migration(2, "ALTER TABLE a ADD COLUMN y TEXT; UPDATE a SET x = 'is'; INSERT INTO nowhere VALUES (1);")


def test_the_shipped_migrations_make_a_store_and_do_nothing_the_second_time(connection: Connection) -> None:
    assert migrate(connection, shipped()) == len(shipped()) == version_of(connection)
    assert migrate(connection, shipped()) == len(shipped())


def test_a_failing_migration_leaves_everything_as_it_was(tmp_path: Path) -> None:
    path, key = tmp_path / "k.db", bytearray(range(32))
    opened = create_database(path, key)
    with pytest.raises(Exception, match="nowhere"):
        migrate(opened, (FIRST, BROKEN))
    assert not opened.in_transaction
    opened.close()
    again = open_database(path, key)
    assert version_of(again) == 1
    assert again.execute("SELECT * FROM a").fetchall() == [("was",)]
    assert migrate(again, (FIRST, Migration(2, "UPDATE a SET x = 'is';"))) == 2
    again.close()


def test_a_migration_may_not_leave_the_vault(connection: Connection) -> None:
    with pytest.raises(Exception, match="not authorized"):
        migrate(connection, (Migration(1, "CREATE TABLE a (x); ATTACH 'other.db' AS other;"),))
    assert version_of(connection) == 0 and not connection.in_transaction


def test_a_vault_of_a_newer_program_is_refused_and_kept(
    closed: tuple[Path, str], passphrase: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _ = closed
    before = (folder / vault.HOME / vault.DATABASE).read_bytes()
    monkeypatch.setattr(vault, "shipped", lambda: ())
    with pytest.raises(NewerVersion):
        vault.unlock(folder, passphrase)
    monkeypatch.undo()
    assert (folder / vault.HOME / vault.DATABASE).read_bytes() == before
    vault.unlock(folder, passphrase).close()
