"""The difference between two texts, word by word, so that it can be read aloud as well as seen."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher, unified_diff
from typing import Literal

_WORDS = re.compile(r"^\s+|\S+\s*")
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?]+|\n|$)")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words that stayed, went or came."""

    form: Literal["same", "gone", "new"]
    text: str = field(repr=False)


def pieces(before: str, after: str) -> tuple[Piece, ...]:
    """The way from one text to the other; the `same` and `gone` ones make `before`, `same` and `new` make `after`."""
    return tuple(_pieces(_WORDS.findall(before), _WORDS.findall(after)))


def _pieces(old: list[str], new: list[str]) -> Iterator[Piece]:
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece("same", "".join(old[i:j]))
            continue
        if j > i:
            yield Piece("gone", "".join(old[i:j]))
        if m > k:
            yield Piece("new", "".join(new[k:m]))


def lines(path: str, before: str, after: str) -> str:
    """A difference as programmers read it, for the terminal."""
    return "\n".join(unified_diff(before.splitlines(), after.splitlines(), f"a/{path}", f"b/{path}", lineterm="", n=1))


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a reply, to be pointed at."""
    return tuple(found.strip() for found in _SENTENCE.findall(text) if found.strip())
