"""What pages draw: a text in marked and unmarked pieces, and the level over the turns as a line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.probe.why import Fired
from guardrails.values import Level

_STEP, _LEFT, _RIGHT = 36, 96, 24
_ROW, _TOP = 34, 18
_WIDEST = 900


@dataclass(frozen=True, slots=True)
class Picture:
    """An SVG of `width` by `height`; `rows` are (y, name of the level), `points` the line, `dots` its turns."""

    width: int
    height: int
    rows: tuple[tuple[int, str], ...]
    points: str
    dots: tuple[tuple[float, int], ...]


def pieces(text: str, fired: Iterable[Fired]) -> tuple[tuple[str, bool], ...]:
    """The text in order; true for what a rule that counts stands on."""
    inside = [False] * len(text)
    for one in fired:
        for low, high in one.spans if one.counts else ():
            inside[low:high] = [True] * (high - low)
    found: list[tuple[str, bool]] = []
    for char, marked in zip(text, inside, strict=True):
        if found and found[-1][1] == marked:
            found[-1] = found[-1][0] + char, marked
        else:
            found.append((char, marked))
    return tuple(found)


def level_line(levels: Sequence[Level]) -> Picture:
    """One dot a turn, from left to right; the levels stand at the side."""
    step = min(_STEP, (_WIDEST - _LEFT - _RIGHT) / max(1, len(levels)))
    heights = {level: _TOP + (Level.IMMINENT - level) * _ROW for level in Level}
    dots = tuple((round(_LEFT + step * (place + 0.5), 1), heights[level]) for place, level in enumerate(levels))
    return Picture(
        width=round(_LEFT + step * len(levels) + _RIGHT),
        height=_TOP * 2 + 3 * _ROW,
        rows=tuple((heights[level], level.label) for level in reversed(Level)),
        points=" ".join(f"{x},{y}" for x, y in dots),
        dots=dots,
    )
