"""Searching without an index: a second copy of the words would have to be erased as carefully as the first."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from app.conversation.searching import MOST_FOUND, Found, excerpt, fold, holds

IN_TITLES: Final = "SELECT id, title FROM conversation ORDER BY last DESC, rowid DESC"
IN_WORDS: Final = "SELECT message, text FROM block WHERE form <> 'box'"
"""Help cards are left out: the same card stands in many conversations."""

OF_WHICH: Final = "SELECT position, conversation FROM message"
"""Asked apart from the words: joined and sorted by the database, the same took ten times as long."""


def look_up(
    wanted: Sequence[str],
    titles: Sequence[tuple[Any, ...]],
    of_which: Iterable[tuple[Any, ...]],
    blocks: Iterable[tuple[Any, ...]],
) -> tuple[Found, ...]:
    """One result a conversation, with the newest line that holds all words, in the order of the titles."""
    conversations = {int(position): str(conversation) for position, conversation in of_which}
    lines: dict[str, str] = {}
    for message, text in sorted(blocks, key=lambda row: -row[0]):
        conversation = conversations[message]
        if conversation not in lines and holds(fold(text), wanted):
            lines[conversation] = text
    found = [
        Found(identity, title, excerpt(lines[identity], wanted[0]) if identity in lines else "")
        for identity, title in titles
        if identity in lines or holds(fold(title), wanted)
    ]
    return tuple(found[:MOST_FOUND])
