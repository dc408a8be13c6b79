"""One measured figure, and how figures are taken."""

import statistics
import time
from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeVar

T = TypeVar("T")


class Row(NamedTuple):
    """One measured figure; `bar` is what it has to be, "" when nothing was asked."""

    name: str
    value: float
    unit: str
    bar: str


def milliseconds(work: Callable[[T], object], inputs: Iterable[T]) -> list[float]:
    """How long each input takes, in milliseconds, sorted."""
    times: list[float] = []
    for one in inputs:
        started = time.perf_counter()
        work(one)
        times.append((time.perf_counter() - started) * 1000)
    return sorted(times)


def spread(name: str, times: list[float], *, median: str, p99: str) -> list[Row]:
    """Median and 99th percentile as two rows."""
    return [
        Row(f"{name}, median", statistics.median(times), "ms", median),
        Row(f"{name}, p99", times[int(len(times) * 0.99)], "ms", p99),
    ]
