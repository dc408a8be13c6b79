"""An open database: its connection, what a transaction is, and how words are deleted from every page."""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from app.vault.driver import Connection, driver_errors
from app.vault.errors import Closed, Damaged, DiskFull, Gone, VaultError


def _nothing() -> None:
    return


class OpenDatabase:
    """What every part of a store stands on. Synchronous; belongs to the thread that opened it."""

    def __init__(
        self,
        connection: Connection,
        *,
        kept: bool,
        released: Callable[[], None] = _nothing,
        make_room: Callable[[], None] = _nothing,
        again: Callable[[], Connection] | None = None,
    ) -> None:
        """`again` opens the same database anew: after one damaged page SQLCipher refuses all others."""
        self._connection = connection
        self._again = again
        self._damaged: set[str] = set()  # conversations whose words could not be read
        self._make_room = make_room
        self._released = released
        self._open = True
        self.kept = kept

    def close(self) -> None:
        """Empty the log, close and let go of the vault; a second time does nothing.

        On a full disk the log stays, as encrypted as the rest: it is emptied the next time.
        """
        if not self._open:
            return
        self._open = False
        try:
            with suppress(DiskFull, Damaged), driver_errors():
                self._truncate()
        finally:
            with suppress(Damaged), driver_errors():
                self._connection.close()
            self._released()

    @property
    def connection(self) -> Connection:
        """For a copy of the whole; raises `Closed`."""
        return self._live()

    @contextmanager
    def _errors(self) -> Generator[None]:
        """The driver's errors as ours; after damage the connection is another one."""
        try:
            with driver_errors():
                yield
        except Damaged:
            if self._again is not None:
                with suppress(VaultError), driver_errors():
                    self._connection.close()
                self._connection = self._again()
            raise

    @contextmanager
    def _transaction(self) -> Generator[Connection]:
        connection = self._live()
        with self._errors():
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:  # a full disk may have rolled back already
                    connection.execute("ROLLBACK")
                raise

    def _read(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        connection = self._live()
        with self._errors():
            return connection.execute(sql, values).fetchall()

    def _one(self, sql: str, values: Sequence[Any] = ()) -> str | None:
        rows = self._read(sql, values)
        return str(rows[0][0]) if rows else None

    def _write(self, sql: str, values: Sequence[Any]) -> int:
        with self._transaction() as connection:
            return connection.execute(sql, values).rowcount

    def _must_change(self, sql: str, values: Sequence[Any]) -> None:
        if self._write(sql, values) == 0:
            raise Gone

    def _erase(self, sql: str, values: Sequence[Any] = ()) -> None:
        """As `_erase_once`; on a full disk once more, in the space that was set aside for this."""
        try:
            self._erase_once(sql, values)
        except DiskFull:
            self._make_room()
            self._erase_once(sql, values)

    def _erase_once(self, sql: str, values: Sequence[Any]) -> None:
        """Delete, then empty the log: until that is done the deleted text still stands in it."""
        if self._write(sql, values) > 0:
            with self._errors():
                self._truncate()

    def _truncate(self) -> None:
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _live(self) -> Connection:
        if not self._open:
            raise Closed
        return self._connection
