"""Searching without an index: a second copy of the words would have to be erased as carefully as the first."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from app.conversation.searching import MOST_FOUND, Found, excerpt, fold, holds

IN_TITLES: Final = "SELECT id, title FROM conversation ORDER BY last DESC, rowid DESC"
IN_WORDS: Final = """
    SELECT m.conversation, b.text FROM block AS b JOIN message AS m ON m.position = b.message
    WHERE b.form <> 'box' ORDER BY b.message DESC, b.place
"""
"""Help cards are left out: the same card stands in many conversations."""


def look_up(
    wanted: Sequence[str], titles: Sequence[tuple[Any, ...]], blocks: Iterable[tuple[Any, ...]]
) -> tuple[Found, ...]:
    """One result a conversation, with the newest line that holds all words, in the order of the titles."""
    lines: dict[str, str] = {}
    for conversation, text in blocks:
        if conversation not in lines and holds(fold(text), wanted):
            lines[conversation] = text
    found = [
        Found(identity, title, excerpt(lines[identity], wanted[0]) if identity in lines else "")
        for identity, title in titles
        if identity in lines or holds(fold(title), wanted)
    ]
    return tuple(found[:MOST_FOUND])
