"""Concepts: words and short phrases of one meaning, Dutch and English together, from reviewed data.

A linear model that learns "GIVES AWAY near PET" from a few examples also knows it in words no example holds.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

from guardrails.phrases import split_words

_LANGUAGES = ("nl", "en")
_LONGEST = 4  # words in a phrase
_STEM = 3  # letters that a prefix entry has at least


class ConceptError(ValueError):
    """The file of concepts cannot be used; the message names the concept and what to mend."""


@dataclass(frozen=True, slots=True)
class Found:
    """One concept in a text: its name, and the word at which it starts."""

    name: str
    place: int


class Concepts:
    """Looks up words, prefixes and phrases; the cost is a few dictionary reads a word."""

    def __init__(self, entries: Mapping[str, Iterable[str]]) -> None:
        self._words: dict[str, tuple[str, ...]] = {}
        self._prefixes: dict[str, tuple[str, ...]] = {}
        self._phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for name, rows in entries.items():
            for row in rows:
                self._add(name, row)
        self._lengths = sorted({len(prefix) for prefix in self._prefixes}, reverse=True)

    def find(self, words: list[str]) -> list[Found]:
        """Every concept in a row of words, in order of place."""
        found: list[Found] = []
        for place, word in enumerate(words):
            names = self._words.get(word, ())
            for length in self._lengths:
                if length <= len(word):
                    names += self._prefixes.get(word[:length], ())
            for phrase, name in self._phrases.get(word, ()):
                if tuple(words[place : place + len(phrase)]) == phrase:
                    names += (name,)
            found += (Found(name, place) for name in dict.fromkeys(names))
        return found

    def _add(self, name: str, row: str) -> None:
        if row.endswith("*"):
            stem = row[:-1]
            if len(stem) < _STEM or "_" in stem:
                raise ConceptError(f"concept {name}: the prefix {row!r} is too short or holds a space.")
            self._prefixes[stem] = (*self._prefixes.get(stem, ()), name)
            return
        phrase = _as_written(row)
        if not phrase or len(phrase) > _LONGEST + 2:
            raise ConceptError(f"concept {name}: {row!r} is no word or phrase of at most {_LONGEST} words.")
        if len(phrase) == 1:
            self._words[phrase[0]] = (*self._words.get(phrase[0], ()), name)
        else:
            self._phrases.setdefault(phrase[0], []).append((phrase, name))


@cache
def _as_written(row: str) -> tuple[str, ...]:
    """An entry as the words that `split_words` makes of it, so that short forms are found too."""
    return tuple(split_words(row.replace("_", " ")).row.split())


def load_concepts(path: Path) -> Concepts:
    """Read the reviewed lexicon. Raises ConceptError."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ConceptError(f"{path.name} cannot be read: {type(error).__name__}.") from error
    if missing := {"owner", "date", "status"} - data.keys():
        raise ConceptError(f"{path.name}: add {', '.join(sorted(missing))} at the top.")
    table = cast(dict[str, dict[str, str]], data.get("concept", {}))
    if not table:
        raise ConceptError(f"{path.name} names no concept.")
    return Concepts({name: [e for lang in _LANGUAGES for e in row.get(lang, "").split()] for name, row in table.items()})
