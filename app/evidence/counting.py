"""Shares with their counts and 95 % intervals: a percentage alone says nothing about how sure it is."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")
_Z = 1.959964  # 95 %, two-sided


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `total`, with Wilson's interval (Wilson 1927), which holds for small counts too."""

    hits: int
    total: int

    @property
    def rate(self) -> float:
        return self.hits / self.total if self.total else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper end, 0 to 1."""
        if not self.total:
            return 0.0, 1.0
        middle = self.rate + _Z * _Z / (2 * self.total)
        spread = _Z * math.sqrt(self.rate * (1 - self.rate) / self.total + _Z * _Z / (4 * self.total**2))
        scale = 1 + _Z * _Z / self.total
        return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.hits}/{self.total} = {100 * self.rate:.1f} % ({100 * low:.1f} to {100 * high:.1f})"


def share(rows: Sequence[T], test: Callable[[T], bool]) -> Share:
    """How many of the rows pass the test."""
    return Share(sum(1 for row in rows if test(row)), len(rows))


def by(rows: Iterable[T], key: Callable[[T], str]) -> dict[str, list[T]]:
    """Rows grouped under a name, names in order."""
    found: dict[str, list[T]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return dict(sorted(found.items()))
