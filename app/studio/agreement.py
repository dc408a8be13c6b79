"""How far raters agree: Krippendorff's alpha for names, in the export for researchers only.

K. Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability": alpha = 1 - (n - 1) * Do / De over coincidences.
"""

from collections import Counter
from collections.abc import Hashable, Sequence
from itertools import permutations


def alpha(units: Sequence[Sequence[Hashable]]) -> float | None:
    """Nominal alpha; `units` holds the values given to each unit. None where nothing can be compared or told apart."""
    weights: dict[tuple[Hashable, Hashable], float] = {}
    for values in units:
        if len(values) < 2:
            continue
        pairs = Counter(permutations(values, 2))
        for pair, count in pairs.items():
            weights[pair] = weights.get(pair, 0.0) + count / (len(values) - 1)
    totals: dict[Hashable, float] = {}
    for (value, _), weight in weights.items():
        totals[value] = totals.get(value, 0.0) + weight
    whole = sum(totals.values())
    expected = whole * whole - sum(total * total for total in totals.values())
    if not expected:
        return None
    observed = sum(weight for (one, other), weight in weights.items() if one != other)
    return 1 - (whole - 1) * observed / expected
