"""Looking words up in what was written: capitals and accents make no difference."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

MOST_WORDS: Final = 8
MOST_FOUND: Final = 100
_AROUND: Final = 60  # characters shown before and after


@dataclass(frozen=True, slots=True)
class Found:
    """A conversation and a line of it in which every word stands; `line` is empty when only the title has them."""

    conversation: str
    title: str = field(repr=False)
    line: str = field(repr=False)


def fold(text: str) -> str:
    """The text without capitals and accents: "Café" and "cafe" are the same."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return plain if plain.isascii() else "".join(mark for mark in plain if not unicodedata.combining(mark))


def terms(text: str) -> tuple[str, ...]:
    """The words to look for, folded."""
    return tuple(dict.fromkeys(fold(text).split()))[:MOST_WORDS]


def holds(folded: str, wanted: Iterable[str]) -> bool:
    return all(word in folded for word in wanted)


def excerpt(text: str, word: str) -> str:
    """The part of a text around the first place of a folded word, on one line."""
    flat = " ".join(text.split())
    places = [place for place, letter in enumerate(flat) for _ in fold(letter)]
    folded = "".join(fold(letter) for letter in flat)
    at = folded.find(word)
    place = places[at] if 0 <= at < len(places) else 0
    first, last = max(0, place - _AROUND), place + len(word) + _AROUND
    return ("… " if first else "") + flat[first:last].strip() + (" …" if last < len(flat) else "")
