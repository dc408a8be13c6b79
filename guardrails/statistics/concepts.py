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
_NL = frozenset(
    "ik de het een en niet dat is van te in die op met voor maar ben heb mijn me je hij ze er dan als nu zo wel ook"
    " nog al wat om aan bij naar uit was had kan moet wil gewoon geen".split()
)
_EN = frozenset(
    "i the a and to of it is my in that for you with but have not was he she they just so on at be this me do don't"
    " can what if are all i'm no".split()
)
"""Words that tell which language a text leans to: 'die', 'want' and 'kind' mean different things in each."""


class ConceptError(ValueError):
    """The file of concepts cannot be used; the message names the concept and what to mend."""


@dataclass(frozen=True, slots=True)
class Found:
    """One concept in a text: its name, and the word at which it starts."""

    name: str
    place: int


class _Table:
    """The entries of one language. Looking up costs a few dictionary reads a word."""

    def __init__(self, entries: Mapping[str, Iterable[str]]) -> None:
        self.words: dict[str, tuple[str, ...]] = {}
        self._prefixes: dict[str, tuple[str, ...]] = {}
        self._phrases: dict[tuple[str, str], list[tuple[tuple[str, ...], str]]] = {}  # by their first two words
        for name, rows in entries.items():
            for row in rows:
                self._add(name, row)
        self._lengths = sorted({len(prefix) for prefix in self._prefixes}, reverse=True)

    def names(self, words: list[str], place: int) -> tuple[str, ...]:
        """Concepts that begin at a word."""
        word = words[place]
        names = self._of(word)
        rows = self._phrases.get((word, words[place + 1])) if place + 1 < len(words) else None
        if rows is not None:
            for phrase, name in rows:
                if tuple(words[place : place + len(phrase)]) == phrase:
                    names += (name,)
        return names

    def _of(self, word: str) -> tuple[str, ...]:
        names = self.words.get(word)
        if names is not None:
            return names
        for length in self._lengths:
            if length <= len(word):
                found = self._prefixes.get(word[:length])
                if found is not None:
                    return found
        return ()

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
            self.words[phrase[0]] = (*self.words.get(phrase[0], ()), name)
        else:
            self._phrases.setdefault((phrase[0], phrase[1]), []).append((phrase, name))


class Concepts:
    """Both languages at once; a word that both know is read in the language the text leans to."""

    def __init__(self, nl: Mapping[str, Iterable[str]], en: Mapping[str, Iterable[str]]) -> None:
        self._nl, self._en = _Table(nl), _Table(en)
        self.known = frozenset((*self._nl.words, *self._en.words))
        """Words that stand in the lexicon: no word of a person's own."""

    def find(self, words: list[str]) -> list[Found]:
        """Every concept in a row of words, in order of place."""
        dutch = sum(word in _NL for word in words) >= sum(word in _EN for word in words)
        first, second = (self._nl, self._en) if dutch else (self._en, self._nl)
        own = _NL if dutch else _EN
        found: list[Found] = []
        for place, word in enumerate(words):
            names = first.names(words, place)
            if not names and word not in own:
                names = second.names(words, place)
            for name in dict.fromkeys(names):
                found.append(Found(name, place))
        return found


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
    nl, en = ({name: row.get(lang, "").split() for name, row in table.items()} for lang in _LANGUAGES)
    return Concepts(nl, en)
