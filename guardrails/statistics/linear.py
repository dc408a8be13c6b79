"""A linear model with several heads, as whole numbers in one small file; made by `make train`.

File: one line of JSON (heads, biases, scales, size, group weights), a newline, then for each head `size` signed bytes.
"""

import json
import math
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from guardrails.statistics.features import Features


class ModelError(ValueError):
    """A weights file cannot be used; the message says how to make it again."""


@dataclass(frozen=True, slots=True)
class Head:
    """One yes-or-no question that a model answers."""

    bias: float
    scale: float
    weights: array[int] = field(repr=False)


@dataclass(frozen=True, slots=True)
class LinearModel:
    """Scores are log-odds; `groups` weighs words, letters and concepts against one another."""

    size: int  # a power of two
    groups: tuple[float, ...]
    heads: Mapping[str, Head]
    facts: Mapping[str, float]  # thresholds and what else training found out

    def scores(self, found: Features, names: Sequence[str] | None = None) -> dict[str, float]:
        """Log-odds of each head (or of `names`) for the features of one text."""
        mask = self.size - 1
        rows = [
            ([number & mask for number in group], weight / math.sqrt(len(group)))
            for group, weight in zip(found.groups(), self.groups, strict=True)
            if group
        ]
        scores: dict[str, float] = {}
        for name in names if names is not None else self.heads:
            head = self.heads[name]
            weigh = head.weights.__getitem__
            total = sum(sum(map(weigh, places)) * factor for places, factor in rows)
            scores[name] = head.bias + head.scale * total
        return scores


def chance(log_odds: float) -> float:
    """Log-odds as a probability."""
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, log_odds))))


def load_model(path: Path) -> LinearModel:
    """Read a weights file. Raises ModelError."""
    try:
        head, _, body = path.read_bytes().partition(b"\n")
        about = json.loads(head)
        size, names = int(about["size"]), list(about["heads"])
        if len(body) != size * len(names) or size & (size - 1):
            raise ValueError
        heads = {
            name: Head(about["heads"][name]["bias"], about["heads"][name]["scale"], _bytes(body, at, size))
            for at, name in enumerate(names)
        }
        return LinearModel(size, tuple(about["groups"]), heads, dict(about["facts"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path.name} is missing or not whole; make it again with: make train") from error


def _bytes(body: bytes, at: int, size: int) -> "array[int]":
    weights = array("b")
    weights.frombytes(body[at * size : (at + 1) * size])
    return weights
