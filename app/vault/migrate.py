"""Brings a database to the newest version: numbered SQL files, each whole or not at all, forward only."""

import re
from dataclasses import dataclass
from importlib.resources import files

from app.vault.driver import Connection, driver_errors
from app.vault.errors import NewerVersion


@dataclass(frozen=True, slots=True)
class Migration:
    """One step: the version it leads to and the SQL that does it."""

    version: int
    sql: str


def shipped(room: str = "app.vault") -> tuple[Migration, ...]:
    """The migrations of one room, in order; `0001_name.sql` leads to version 1, and none is left out."""
    found: list[Migration] = []
    for file in (files(room) / "migrations").iterdir():
        match = re.fullmatch(r"(\d{4})_\w+\.sql", file.name)
        if match:
            found.append(Migration(int(match[1]), file.read_text(encoding="utf-8")))
    ordered = tuple(sorted(found, key=lambda step: step.version))
    if [step.version for step in ordered] != list(range(1, len(ordered) + 1)):
        raise ValueError("the migrations are not numbered 1, 2, 3, …")
    return ordered


def version_of(connection: Connection) -> int:
    """The version a database is at; 0 for an empty one."""
    with driver_errors():
        row = connection.execute("PRAGMA user_version").fetchone()
    return int(row[0]) if row else 0


def migrate(connection: Connection, steps: tuple[Migration, ...]) -> int:
    """Do the steps that are still to do; returns the version. A step that fails leaves everything as it was.

    Raises `NewerVersion` for a database of a newer program: this one could lose what it does not know.
    """
    version = version_of(connection)
    if version > len(steps):
        raise NewerVersion("database")
    for step in steps[version:]:
        _apply(connection, step)
    return len(steps)


def _apply(connection: Connection, step: Migration) -> None:
    # The version is part of the script, so that both are committed or neither is.
    script = f"BEGIN IMMEDIATE;\n{step.sql}\nPRAGMA user_version = {step.version};\nCOMMIT;"
    with driver_errors():
        try:
            connection.executescript(script)
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
