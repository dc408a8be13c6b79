"""What was written with the tools, in the same store; mixed into `Store`."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from app.vault.open_database import OpenDatabase
from app.vault.rows import StoredPaper, from_microseconds, storable, to_microseconds

COLUMNS: Final = "id, tool, title, body, created, changed"
ADD_PAPER: Final = f"INSERT INTO paper ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)"  # noqa: S608, fixed words only


class PaperStore(OpenDatabase):
    """The part of a store that holds papers. Each call that returns has been committed."""

    def papers(self) -> tuple[StoredPaper, ...]:
        """All papers, the one changed last first."""
        return tuple(map(paper_of, self._read(f"SELECT {COLUMNS} FROM paper ORDER BY changed DESC, rowid DESC")))  # noqa: S608

    def new_paper(self, tool: str, title: str, body: str, at: datetime) -> StoredPaper:
        moment = to_microseconds(at)
        row = (secrets.token_hex(16), tool, storable(title), storable(body), moment, moment)
        self._write(ADD_PAPER, row)
        return paper_of(row)

    def put_paper(self, paper: str, body: str, at: datetime) -> None:
        """Raises `Gone` when it was deleted."""
        sql = "UPDATE paper SET body = ?, changed = ? WHERE id = ?"
        self._must_change(sql, (storable(body), to_microseconds(at), paper))

    def delete_paper(self, paper: str) -> None:
        """From the pages and from the log; one that is gone stays gone."""
        self._erase("DELETE FROM paper WHERE id = ?", (paper,))


def paper_of(row: Sequence[Any]) -> StoredPaper:
    identity, tool, title, body, created, changed = row
    return StoredPaper(identity, tool, title, body, from_microseconds(created), from_microseconds(changed))


def paper_row(paper: StoredPaper) -> tuple[str, str, str, str, int, int]:
    times = (to_microseconds(paper.created), to_microseconds(paper.changed))
    return (paper.id, paper.tool, paper.title, paper.body, *times)
