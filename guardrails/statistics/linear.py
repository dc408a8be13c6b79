"""A linear model with several heads, as whole numbers in one small file; made by `make train`.

File: one line of JSON (heads, size, group weights, facts), a newline, then for each head in order of name `size`
signed bytes.
"""

import json
import math
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from guardrails.statistics.features import GROUPS, Features, parts


class ModelError(ValueError):
    """A weights file cannot be used; the message says how to make it again."""


@dataclass(frozen=True, slots=True)
class Head:
    """One question that a model answers."""

    bias: float
    scale: float
    weights: "array[int]" = field(repr=False)


class LinearModel:
    """Scores texts. `known` are words whose parts may be kept added up: words of the lexicon, never a person's own."""

    def __init__(
        self,
        size: int,
        groups: Mapping[str, float],
        heads: Mapping[str, Head],
        facts: Mapping[str, float],
        known: frozenset[str] = frozenset(),
    ) -> None:
        """`size` is a power of two; `groups` weighs the feature groups, "parts" among them; `facts`: thresholds."""
        self.heads, self.facts = heads, facts
        self._mask = size - 1
        self._groups = tuple(groups.get(name, 0.0) for name in GROUPS)
        self._parts = groups.get("parts", 0.0)
        self._known = known
        self._sums: dict[str, tuple[int, dict[str, int]]] = {}

    def scores(self, found: Features) -> dict[str, float]:
        """The score of each head for the features of one text; what it means is the model's own."""
        mask = self._mask
        rows = [
            ([number & mask for number in group], weight / math.sqrt(len(group)))
            for group, weight in zip(found.groups, self._groups, strict=True)
            if group and weight
        ]
        spelled = self._spelled(found.spelled) if self._parts else {}
        scores: dict[str, float] = {}
        for name, head in self.heads.items():
            weigh = head.weights.__getitem__
            total = sum([sum(map(weigh, places)) * factor for places, factor in rows])
            scores[name] = head.bias + head.scale * (total + spelled.get(name, 0.0))
        return scores

    def _spelled(self, words: frozenset[str]) -> dict[str, float]:
        """What the parts of all words add to each head."""
        count = 0
        totals = dict.fromkeys(self.heads, 0)
        for word in words:
            number, sums = self._sums.get(word) or self._sum(word)
            count += number
            for name, value in sums.items():
                totals[name] += value
        factor = self._parts / math.sqrt(count) if count else 0.0
        return {name: value * factor for name, value in totals.items()}

    def _sum(self, word: str) -> tuple[int, dict[str, int]]:
        mask = self._mask
        places = [number & mask for number in parts(word)]
        sums = {name: sum(map(head.weights.__getitem__, places)) for name, head in self.heads.items()}
        if word in self._known:
            self._sums[word] = len(places), sums
        return len(places), sums


def load_model(path: Path, known: frozenset[str] = frozenset()) -> LinearModel:
    """Read a weights file. Raises ModelError."""
    try:
        head, _, body = path.read_bytes().partition(b"\n")
        about = json.loads(head)
        size, names = int(about["size"]), sorted(about["heads"])
        if len(body) != size * len(names) or size & (size - 1):
            raise ValueError
        heads = {
            name: Head(about["heads"][name]["bias"], about["heads"][name]["scale"], _bytes(body, at, size))
            for at, name in enumerate(names)
        }
        return LinearModel(size, about["groups"], heads, dict(about["facts"]), known)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path.name} is missing or not whole; make it again with: make train") from error


def _bytes(body: bytes, at: int, size: int) -> "array[int]":
    weights = array("b")
    weights.frombytes(body[at * size : (at + 1) * size])
    return weights
