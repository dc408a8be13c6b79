"""An open store, kept in a vault or in memory only. Each call that returns has been committed."""

import secrets
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Any, Final, Self

from app.conversation.searching import Found
from app.conversation.told import Told
from app.vault.connection import open_memory
from app.vault.driver import Connection
from app.vault.errors import Damaged, DamagedConversation, DiskFull, Gone
from app.vault.lookup import IN_TITLES, IN_WORDS, OF_WHICH, look_up
from app.vault.migrate import migrate, shipped
from app.vault.papers import ADD_PAPER, PaperStore, paper_row
from app.vault.rows import (
    Block,
    Role,
    Snapshot,
    StoredConversation,
    StoredMessage,
    from_microseconds,
    storable,
    to_microseconds,
)

_MESSAGES: Final = """
    SELECT m.id, m.conversation, m.role, m.at, m.active_seconds, b.form, b.text
    FROM message AS m LEFT JOIN block AS b ON b.message = m.position
"""
_ACTIVE: Final = "SELECT at, active_seconds FROM message WHERE role = 'user' AND at >= ? ORDER BY at"
_ADD_CONVERSATION: Final = "INSERT INTO conversation (id, title, started, last) VALUES (?, ?, ?, ?)"
_ADD_MESSAGE: Final = "INSERT INTO message (id, conversation, role, at, active_seconds) VALUES (?, ?, ?, ?, ?)"
_ADD_BLOCK: Final = """
    INSERT INTO block (message, place, form, text)
    SELECT position, ?, ?, ? FROM message WHERE id = ?
"""
_PUT_DRAFT: Final = "INSERT OR REPLACE INTO draft (conversation, text) VALUES (?, ?)"
_PUT_SETTING: Final = "INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)"
_PUT_USAGE: Final = "INSERT OR REPLACE INTO usage (one, value) VALUES (1, ?)"


class Store(PaperStore):
    """Conversations, papers, settings, usage and drafts. Synchronous; belongs to the thread that opened it."""

    @classmethod
    def in_memory(cls) -> Self:
        """*Keep nothing*: the same store, without a file."""
        connection = open_memory()
        migrate(connection, shipped())
        return cls(connection, kept=False)

    # -- conversations -----------------------------------------------------------------------------

    def conversations(self) -> tuple[StoredConversation, ...]:
        """All conversations, the one with the newest message first."""
        rows = self._read("SELECT id, title, started, last FROM conversation ORDER BY last DESC, rowid DESC")
        return tuple(replace(_conversation(row), damaged=row[0] in self._damaged) for row in rows)

    def new_conversation(self, title: str, at: datetime) -> StoredConversation:
        row = (_new_id(), storable(title), to_microseconds(at), to_microseconds(at))
        self._write(_ADD_CONVERSATION, row)
        return _conversation(row)

    def rename_conversation(self, conversation: str, title: str) -> None:
        """Raises `Gone` when there is no such conversation."""
        self._must_change(
            "UPDATE conversation SET title = ? WHERE id = ?",
            (storable(title), conversation),
        )

    def delete_conversation(self, conversation: str) -> None:
        """Also its messages and draft, from the pages and from the log; one that is gone stays gone."""
        self._erase("DELETE FROM conversation WHERE id = ?", (conversation,))

    def delete_all_conversations(self) -> None:
        """On a full disk one by one, so that the log never needs more than one conversation takes."""
        try:
            self._erase_once("DELETE FROM conversation", ())
        except DiskFull:
            for row in self.conversations():
                self.delete_conversation(row.id)

    # -- messages ------------------------------------------------------------------------------------

    def messages(self, conversation: str) -> tuple[StoredMessage, ...]:
        """The messages of one conversation, in the order in which they were said.

        Raises `DamagedConversation`; the row of this conversation says so from then on.
        """
        order = "ORDER BY m.position, b.place"
        for wanted in ("m.conversation", "+m.conversation"):  # by the index, and without it when that is damaged
            try:
                return _grouped(self._read(f"{_MESSAGES} WHERE {wanted} = ? {order}", (conversation,)))
            except Damaged:
                continue
        self._damaged.add(conversation)
        raise DamagedConversation

    def messages_since(self, at: datetime) -> tuple[StoredMessage, ...]:
        """The messages of all conversations from this time on, in order of time; of the damaged ones none."""
        where = "WHERE m.at >= ? ORDER BY m.at, m.position, b.place"
        try:
            return _grouped(self._read(f"{_MESSAGES} {where}", (to_microseconds(at),)))
        except Damaged:
            return self._readable_since(at)

    def add_message(
        self,
        conversation: str,
        role: Role,
        blocks: Sequence[Block],
        at: datetime,
        active_seconds: float = 0.0,
    ) -> StoredMessage:
        """Raises `Gone` when there is no such conversation."""
        clean = _clean(blocks)
        moment = to_microseconds(at)
        message = StoredMessage(_new_id(), conversation, role, clean, from_microseconds(moment), active_seconds)
        with self._transaction() as connection:
            self._insert(connection, message)
            connection.execute(
                "UPDATE conversation SET last = max(last, ?) WHERE id = ?",
                (moment, conversation),
            )
        return message

    def replace_blocks(self, message: str, blocks: Sequence[Block]) -> None:
        """Store what a message looks like now, while a reply grows. Raises `Gone` when it was deleted."""
        clean = _clean(blocks)
        with self._transaction() as connection:
            row = connection.execute("SELECT position FROM message WHERE id = ?", (message,)).fetchone()
            if row is None:
                raise Gone
            connection.execute("DELETE FROM block WHERE message = ?", row)
            connection.executemany(_ADD_BLOCK, _block_rows(message, clean))

    def delete_message(self, message: str) -> None:
        self._erase("DELETE FROM message WHERE id = ?", (message,))

    # -- looking back ------------------------------------------------------------------------------------

    def search(self, wanted: Sequence[str]) -> tuple[Found, ...]:
        """Conversations that hold all these folded words, in the title or in one block."""
        return look_up(wanted, self._read(IN_TITLES), self._read(OF_WHICH), self._read(IN_WORDS))

    def add_told(self, talks: Sequence[Told]) -> tuple[str, ...]:
        """Add whole conversations, all or none; returns their new ids. They count for no time of talking."""
        added: list[str] = []
        with self._transaction() as connection:
            for talk in talks:
                last = max((message.at for message in talk.messages), default=talk.started)
                row = (_new_id(), storable(talk.title), to_microseconds(talk.started), to_microseconds(last))
                connection.execute(_ADD_CONVERSATION, row)
                for told in talk.messages:
                    said = StoredMessage(_new_id(), row[0], told.role, _clean(told.blocks), told.at, 0.0)
                    self._insert(connection, said)
                added.append(row[0])
        return tuple(added)

    def active_since(self, at: datetime) -> tuple[tuple[datetime, float], ...]:
        """When the person wrote, and the active seconds counted then."""
        rows = self._read(_ACTIVE, (to_microseconds(at),))
        return tuple((from_microseconds(moment), float(seconds)) for moment, seconds in rows)

    # -- settings, usage, drafts -----------------------------------------------------------------------

    def setting(self, name: str) -> str | None:
        return self._one("SELECT value FROM setting WHERE name = ?", (name,))

    def put_setting(self, name: str, value: str) -> None:
        self._write(_PUT_SETTING, (name, value))

    def settings(self) -> dict[str, str]:
        return {str(name): str(value) for name, value in self._read("SELECT name, value FROM setting")}

    def usage(self) -> str | None:
        return self._one("SELECT value FROM usage")

    def put_usage(self, json_text: str) -> None:
        """Times and active seconds only; what is in it is the caller's promise."""
        self._write(_PUT_USAGE, (json_text,))

    def draft(self, conversation: str) -> str | None:
        return self._one("SELECT text FROM draft WHERE conversation = ?", (conversation,))

    def put_draft(self, conversation: str, text: str) -> None:
        """Keep what was typed and not sent; empty text erases it. Raises `Gone` for no such conversation."""
        if text:
            self._write(_PUT_DRAFT, (conversation, storable(text)))
        else:
            self._erase("DELETE FROM draft WHERE conversation = ?", (conversation,))

    # -- the whole ---------------------------------------------------------------------------------------

    def everything(self) -> Snapshot:
        """All that is stored, as one value."""
        conversations = self._read("SELECT id, title, started, last FROM conversation ORDER BY rowid")
        drafts = self._read("SELECT conversation, text FROM draft")
        return Snapshot(
            conversations=tuple(_conversation(row) for row in conversations),
            messages=_grouped(self._read(f"{_MESSAGES} ORDER BY m.position, b.place")),
            drafts=tuple((str(conversation), str(text)) for conversation, text in drafts),
            settings=tuple(self.settings().items()),
            usage=self.usage(),
            papers=tuple(reversed(self.papers())),
        )

    def receive(self, snapshot: Snapshot) -> None:
        """Add everything from another store, all of it or nothing."""
        with self._transaction() as connection:
            for row in snapshot.conversations:
                times = (to_microseconds(row.started), to_microseconds(row.last))
                connection.execute(_ADD_CONVERSATION, (row.id, row.title, *times))
            for message in snapshot.messages:
                self._insert(connection, message)
            connection.executemany(_PUT_DRAFT, snapshot.drafts)
            connection.executemany(_PUT_SETTING, snapshot.settings)
            connection.executemany(ADD_PAPER, map(paper_row, snapshot.papers))
            if snapshot.usage is not None:
                connection.execute(_PUT_USAGE, (snapshot.usage,))

    # -- inside --------------------------------------------------------------------------------------------

    def _readable_since(self, at: datetime) -> tuple[StoredMessage, ...]:
        found: list[StoredMessage] = []
        for row in self.conversations():
            if row.last >= at:
                with suppress(DamagedConversation):
                    found += (message for message in self.messages(row.id) if message.at >= at)
        return tuple(sorted(found, key=lambda message: message.at))

    def _insert(self, connection: Connection, message: StoredMessage) -> None:
        values = (
            message.id,
            message.conversation,
            message.role,
            to_microseconds(message.at),
            message.active_seconds,
        )
        connection.execute(_ADD_MESSAGE, values)
        connection.executemany(_ADD_BLOCK, _block_rows(message.id, message.blocks))


def _new_id() -> str:
    return secrets.token_hex(16)


def _clean(blocks: Sequence[Block]) -> tuple[Block, ...]:
    return tuple((form, storable(text)) for form, text in blocks)


def _block_rows(message: str, blocks: Sequence[Block]) -> Iterable[tuple[int, str, str, str]]:
    return ((place, form, text, message) for place, (form, text) in enumerate(blocks))


def _conversation(row: Sequence[Any]) -> StoredConversation:
    identity, title, started, last = row
    return StoredConversation(identity, title, from_microseconds(started), from_microseconds(last))


def _grouped(rows: Iterable[tuple[Any, ...]]) -> tuple[StoredMessage, ...]:
    """Rows of a message with one block each, to messages; a message without blocks has one row with none."""
    found: list[StoredMessage] = []
    for head, group in groupby(rows, key=lambda row: row[:5]):
        identity, conversation, role, at, active = head
        blocks = tuple((str(row[5]), str(row[6])) for row in group if row[5] is not None)
        found.append(StoredMessage(identity, conversation, role, blocks, from_microseconds(at), active))
    return tuple(found)
