"""A normalised text as words, with the place of each: what patterns and features work on."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from guardrails.forms import FORMS

_WORD = re.compile(r"[0-9a-z]+(?:'[0-9a-z]+)*|'[a-z]\b|[.!?\n]+|[,;:]|(?<=\s)-(?=\s)|[/+%=&<>#@]", re.ASCII)
_BEFORE_MEER = frozenset({"niet", "niks", "geen", "nooit", "niemand"})
_BEFORE_TO = frozenset({"want", "going", "need", "have", "used", "try", "trying", "about", "ready", "got"})
_END = "."


@dataclass(frozen=True, slots=True)
class Words:
    """A normalised text as words. `row` is the text patterns run on: every word followed by a space."""

    row: str
    distinct: frozenset[str]
    starts: tuple[int, ...] = ()  # where each word begins in `row`
    places: Mapping[str, tuple[int, ...]] = field(default_factory=dict[str, tuple[int, ...]])  # of each word, counted

    @classmethod
    def of_row(cls, words: list[str]) -> "Words":
        """The words of a text, in order."""
        starts: list[int] = []
        places: dict[str, tuple[int, ...]] = {}
        at = 1
        for place, word in enumerate(words):
            starts.append(at)
            places[word] = (*places[word], place) if word in places else (place,)
            at += len(word) + 1
        return cls(f" {' '.join(words)} ", frozenset(places), tuple(starts), places)


def split_words(normalised: str) -> Words:
    """Words of a normalised text; sentence ends become one ".", other marks a single character."""
    words: list[str] = []
    last = _END
    for word in _WORD.findall(normalised):
        if word[0] in ".!?\n":
            words += ("?", _END) if "?" in word else (_END,)
            last = _END
            continue
        full = FORMS.get(word)
        if full is not None:
            word = full
        elif word == "mr" and last in _BEFORE_MEER:
            word = "meer"
        elif word == "2" and last in _BEFORE_TO:
            word = "to"
        words.append(word)
        last = word
    return Words.of_row(" ".join(words).split())
