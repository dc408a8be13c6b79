"""Which turns of a conversation a prompt holds: pure values, the same answer each time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Role = Literal["system", "user", "assistant"]
BREAK = "\n\n"


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


def shorten(tokens: Sequence[int], limit: int) -> list[int]:
    """At most `limit` tokens of one long message: its beginning and its end."""
    if len(tokens) <= limit:
        return list(tokens)
    head = limit // 2
    return [*tokens[:head], *tokens[len(tokens) - (limit - head) :]]
