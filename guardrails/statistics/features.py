"""What a linear model sees of a text: words and pairs, parts of words, concepts and pairs of concepts.

Three groups, each divided by the square root of its size, so that a long message weighs no more than a short one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from zlib import crc32

from guardrails.normalise import normalise
from guardrails.phrases import split_words
from guardrails.statistics.concepts import Concepts

GROUPS = ("words", "letters", "concepts")
_WINDOW = 7  # words between two concepts that count as a pair
_LONGEST_TEXT = 4000  # characters; what a person could type in one message and mean
_GRAMS = (2, 3, 4, 5)


@dataclass(frozen=True, slots=True)
class Features:
    """Hashes of the features of one text, by group. 32 bits each; a model folds them into its own size."""

    words: frozenset[int]
    letters: frozenset[int]
    concepts: frozenset[int]

    def groups(self) -> tuple[frozenset[int], frozenset[int], frozenset[int]]:
        return self.words, self.letters, self.concepts


def features(text: str, concepts: Concepts, named: Iterable[str] = ()) -> Features:
    """Features of a raw message. `named` are facts that other layers found, such as the rules that fired."""
    words = split_words(normalise(text[:_LONGEST_TEXT])).row.split()
    found = concepts.find(words)
    labels = [f"#{item.name}" for item in found]
    labels += (
        f"{one.name}>{two.name}"
        for at, one in enumerate(found)
        for two in found[at + 1 : at + 24]
        if two.place - one.place <= _WINDOW and one.name != two.name
    )
    labels += (f"!{name}" for name in named)
    return Features(
        words=_hashes((*words, *(f"{a} {b}" for a, b in zip(words, words[1:], strict=False)), *_size(words))),
        letters=_letters(words),
        concepts=_hashes(labels),
    )


def _size(words: list[str]) -> tuple[str, ...]:
    count = len(words)
    return (f"~{'few' if count < 6 else 'some' if count < 16 else 'many' if count < 40 else 'most'}",)


def _hashes(labels: Iterable[str]) -> frozenset[int]:
    return frozenset(crc32(label.encode()) for label in labels)


def _letters(words: list[str]) -> frozenset[int]:
    grams: set[str] = set()
    for word in set(words):
        padded = f" {word} "
        for size in _GRAMS:
            grams.update(padded[at : at + size] for at in range(len(padded) - size + 1))
    return frozenset(crc32(gram.encode()) for gram in grams)
