"""Tells whether a message is Dutch, English or another language, and when too little was said to tell."""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from guardrails.normalise import normalise
from guardrails.values import Language

MODEL = "guardrails/language/model.json"
_DANGER = "guardrails/language/danger_words.toml"

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_REPEATS = re.compile(r"([^\W\d_])\1{2,}")
_LATIN_END = "\u0250"  # letters from here on are no Latin script
_SHORT = 60  # characters; no borrowed phrase is longer
_FOREIGN_LETTERS = 6
_MOST_WORDS = 40  # a longer message is clear long before its end
_CAP = 4.0  # what one word may count, in nats
_TRIPLE_WEIGHT = 0.6  # triples of one word are not independent
_CLEAR_WORDS = 3
_CLEAR = 3.0  # how far the best must be ahead to switch away from the last language
_CLEAR_OTHER = 5.0  # another language stops the model: be surer
_UNKNOWN = (-8.5, -8.5, -8.3)
_CLASSES = (Language.NL, Language.EN, Language.OTHER)

Scores = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """Log probabilities of words and letter triples in Dutch, English and other, and danger words."""

    words: Mapping[str, Scores]
    triples: Mapping[str, Scores]
    borrowed: frozenset[str]
    danger: tuple[str, ...]


def words(text: str) -> list[str]:
    """Words in lower case, repeats of a letter shortened, at most the first 40."""
    return _WORD.findall(_REPEATS.sub(r"\1\1", text[:800].lower().replace("’", "'")))[:_MOST_WORDS]


def triples(word: str) -> list[str]:
    """Letter triples of a word with its edges marked."""
    edged = f"_{word[:20]}_"
    return [edged[i : i + 3] for i in range(len(edged) - 2)]


class LanguageDetector:
    """Detects the language of a message and danger words in languages that are not read further."""

    def __init__(self, model: LanguageModel) -> None:
        self._model = model

    @property
    def vocabulary(self) -> frozenset[str]:
        """Words of the model: common words, never a person's own."""
        return frozenset(self._model.words)

    def detect(self, text: str, last: Language | None = None) -> Language:
        """The language of a clear sentence; else `last`, or Dutch when there is none. Never raises."""
        fallback = last or Language.NL
        if _foreign_script(text):
            return Language.OTHER
        found = words(text)
        short = len(text) < _SHORT and normalise(text).strip(" .!?,") in self._model.borrowed
        if not found or short:
            return fallback
        scores = self._scores(found)
        best = max(range(3), key=scores.__getitem__)
        ahead = scores[best] - max(score for place, score in enumerate(scores) if place != best)
        language = _CLASSES[best]
        if language is Language.OTHER:
            sure = len(found) >= _CLEAR_WORDS and ahead >= _CLEAR_OTHER
            return language if sure or (last is language and ahead > 0) else self._own(scores, last)
        if last is None or last is language:
            return language
        return language if len(found) >= _CLEAR_WORDS and ahead >= _CLEAR else fallback

    def foreign_danger(self, text: str) -> bool:
        """Whether a danger word of a common other language is in the text; a word list, no more."""
        plain = f" {' '.join(_WORD.findall(text.lower().replace('’', chr(39))))} "
        return any(f" {entry} " in plain for entry in self._model.danger)

    def _own(self, scores: Scores, last: Language | None) -> Language:
        if last is not None:
            return last
        return Language.EN if scores[1] > scores[0] else Language.NL

    def _scores(self, found: list[str]) -> Scores:
        known, letters = self._model.words, self._model.triples
        nl = en = other = 0.0
        for word in found:
            row = known.get(word)
            if row is None:
                row = _spelling(word, letters)
            top = max(row) - _CAP
            nl += max(row[0], top)
            en += max(row[1], top)
            other += max(row[2], top)
        return nl, en, other


def _spelling(word: str, letters: Mapping[str, Scores]) -> Scores:
    nl = en = other = 0.0
    for triple in triples(word):
        row = letters.get(triple, _UNKNOWN)
        nl += row[0]
        en += row[1]
        other += row[2]
    return nl * _TRIPLE_WEIGHT, en * _TRIPLE_WEIGHT, other * _TRIPLE_WEIGHT


def _foreign_script(text: str) -> bool:
    if text.isascii():
        return False
    letters = [char for char in text if char.isalpha()]
    foreign = sum(char >= _LATIN_END for char in letters)
    return foreign >= _FOREIGN_LETTERS and 2 * foreign > len(letters)


def load_detector(home: Path) -> LanguageDetector:
    """The detector with the model and word lists under the repository root."""
    return LanguageDetector(load_languages(home))


def load_languages(home: Path) -> LanguageModel:
    """Reads the model and the word lists under the repository root."""
    model = cast(dict[str, dict[str, list[int]]], json.loads((home / MODEL).read_text(encoding="utf-8")))
    lists = tomllib.loads((home / _DANGER).read_text(encoding="utf-8"))
    danger = cast(dict[str, list[str]], lists["danger"])
    return LanguageModel(
        words=_rows(model["words"]),
        triples=_rows(model["triples"]),
        borrowed=frozenset(cast(list[str], lists["borrowed"]["words"])),
        danger=tuple(sorted({entry for entries in danger.values() for entry in entries})),
    )


def _rows(table: Mapping[str, list[int]]) -> dict[str, Scores]:
    return {item: (row[0] / 100, row[1] / 100, row[2] / 100) for item, row in table.items()}
