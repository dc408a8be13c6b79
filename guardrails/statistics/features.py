"""What a linear model sees of a text: words, pairs of words, concepts, pairs of concepts, and parts of words.

Each group is divided by the square root of its size, so that a long message weighs no more than a short one.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from zlib import crc32

from guardrails.heard import Heard, hear
from guardrails.statistics.concepts import Concepts

GROUPS = ("words", "pairs", "concepts", "near", "mixed", "threes", "facts")
"""Groups of hashed features, in the order of `Features.groups`; parts of words come on top of these."""
_NEAR = 3  # words between two concepts that count as a pair
_MOST_WORDS = 800  # more than a person types in one message and means
_GRAMS = (2, 3, 4, 5)


@dataclass(frozen=True, slots=True)
class Features:
    """32-bit hashes of the features of one text, by group, and its distinct words for their parts."""

    groups: tuple[frozenset[int], ...] = field(repr=False)
    spelled: frozenset[str] = field(repr=False)


def features(text: str, concepts: Concepts, facts: Iterable[str] = (), heard: Heard | None = None) -> Features:
    """Features of a raw message. `facts` are what the caller knows besides, such as what the message answers."""
    words = (heard or hear(text)).words.row.split()[:_MOST_WORDS]
    found = concepts.find(words)
    first: dict[int, str] = {}
    for item in found:
        first.setdefault(item.place, item.name)
    mixed = [first.get(place, word) for place, word in enumerate(words)]
    near = [
        f"{one.name}>{two.name}"
        for at, one in enumerate(found)
        for two in found[at + 1 : at + 13]
        if 0 < two.place - one.place <= _NEAR and one.name != two.name
    ]
    return Features(
        groups=(
            _hashes(words),
            _hashes([f"{a} {b}" for a, b in pairwise(words)]),
            _hashes([f"#{item.name}" for item in found]),
            _hashes(near),
            _hashes([f"{a}_{b}" for a, b in pairwise(mixed)]),
            _hashes([f"{a}_{b}_{c}" for a, b, c in zip(mixed, mixed[1:], mixed[2:], strict=False)]),
            _hashes([f"!{fact}" for fact in facts]),
        ),
        spelled=frozenset(words),
    )


def parts(word: str) -> frozenset[int]:
    """Hashes of the letter groups of a word, its edges marked."""
    padded = f" {word} "
    length = len(padded)
    return frozenset(crc32(f"={padded[at : at + size]}".encode()) for size in _GRAMS for at in range(length - size + 1))


def _hashes(labels: Iterable[str]) -> frozenset[int]:
    return frozenset([crc32(label.encode()) for label in labels])
