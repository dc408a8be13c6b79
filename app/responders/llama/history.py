"""Which turns of a conversation a prompt holds: pure values, the same answer each time."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Role = Literal["system", "user", "assistant"]
BREAK = "\n\n"
_LINES, _CHARACTERS = 12, 90
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]?")


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a prompt; each of `parts` is tokenised alone, so that a new one changes no other."""

    role: Role
    parts: tuple[str, ...] = field(repr=False)


def as_turns(messages: Sequence[tuple[str, str]], directions: str) -> tuple[Turn, ...]:
    """Turns that begin and end with the person and alternate, as chat templates ask.

    Neighbours of one role are joined. What the program said before the person's first message is left out.
    Directions come last of all, so that everything before them stays the same prefix in the next turn.
    """
    turns: list[Turn] = []
    for role, text in messages:
        if turns and turns[-1].role == role:
            turns[-1] = Turn(turns[-1].role, (*turns[-1].parts, BREAK, text))
        elif role == "user":
            turns.append(Turn("user", (text,)))
        elif role == "assistant" and turns:
            turns.append(Turn("assistant", (text,)))
    if not turns or turns[-1].role != "user":
        raise ValueError("the newest message must be the person's")
    if directions:
        turns[-1] = Turn("user", (*turns[-1].parts, BREAK, directions))
    return tuple(turns)


def first_kept(costs: Sequence[int], budget: int) -> int:
    """Index of the oldest exchange that fits, given the tokens of each exchange, the newest last.

    When the budget is exceeded, old exchanges go until half of it is free: one long re-reading, and
    then many turns in which the prefix stays as it was. Worked out from the start each time, so that
    a worker that has just been restarted decides as the one before it.
    """
    start = total = 0
    for index, cost in enumerate(costs):
        total += cost
        if total > budget:
            while start < index and total > budget // 2:
                total -= costs[start]
                start += 1
    return start


def remembered(dropped: Sequence[Turn], labels: tuple[str, str], most: int = _LINES) -> str:
    """What the person said and what was answered in turns that no longer fit, a line each, the newest last.

    Made from those turns alone: it changes only when turns are dropped, so the prefix stays as it was in between.
    Of a person's message the first sentence; of a reply the last that is no question, where its advice stands.
    """
    said = [_line(_sentences(turn)[:1]) for turn in dropped if turn.role == "user"]
    given = [
        _line([one for one in _sentences(turn) if not one.endswith("?")][-1:])
        for turn in dropped
        if turn.role == "assistant"
    ]
    parts: list[str] = []
    for label, lines in zip(labels, (said, given), strict=True):
        newest = list(dict.fromkeys(filter(None, lines)))[-most:] if most > 0 else []
        if label and newest:
            parts.append("\n".join((label, *(f"- {line}" for line in newest))))
    return "\n".join(parts)


def _sentences(turn: Turn) -> list[str]:
    return [one.strip() for one in _SENTENCE.findall(" ".join(turn.parts)) if one.strip()]


def _line(sentences: Sequence[str]) -> str:
    return sentences[0][:_CHARACTERS] if sentences else ""


def shorten(tokens: Sequence[int], limit: int) -> list[int]:
    """At most `limit` tokens of one long message: its beginning and its end."""
    if len(tokens) <= limit:
        return list(tokens)
    head = limit // 2
    return [*tokens[:head], *tokens[len(tokens) - (limit - head) :]]
