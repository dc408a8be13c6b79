"""Looking words up in what was written: capitals and accents make no difference."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

MOST_WORDS: Final = 8
MOST_FOUND: Final = 100
_ACCENTS: Final = re.compile("[\u0300-\u036f]+")
_AROUND: Final = 60  # characters shown before and after


def _fold(text: str) -> str:
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", text.casefold()))


def _alone(letter: int) -> int | None:
    """What a letter of Latin-1 becomes, when that is one letter of Latin-1 again."""
    folded = _fold(chr(letter))
    return ord(folded) if len(folded) == 1 and ord(folded) < 256 else None


_FOLDED: Final = bytes(letter if (one := _alone(letter)) is None else one for letter in range(256))
_LONGER: Final = bytes(letter for letter in range(256) if _alone(letter) is None)


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
    try:  # most of what is not plain ASCII; looked up in a table this takes a tenth of the time
        plain = text.encode("latin-1")
    except UnicodeEncodeError:
        return _fold(text)
    if len(plain.translate(None, _LONGER)) < len(plain):
        return _fold(text)
    return plain.translate(_FOLDED).decode("latin-1")


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
