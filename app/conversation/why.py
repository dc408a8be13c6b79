"""Why a reply became what it is: which guard acted and who wrote. Holds no word of the person and none that fired."""

from dataclasses import dataclass
from typing import Literal

from app.responders.protocol import Another, Feedback
from guardrails.values import Event, Level

Wrote = Literal["guided", "model", "both", "guard"]
"""Who wrote the middle of a reply: the fixed program, a language model, first the one and then the other, nobody."""

_AS_WORDS = frozenset(
    {
        "disclosure",
        "direct_question",
        "referral",
        "bystander_advice",
        "pushback",
        "break_suggested",
        "limit_notice",
        "session_closed",
        "declined",
    }
)


@dataclass(frozen=True, slots=True)
class Why:
    """What is known of one reply; in memory until lock, never stored."""

    acted: tuple[str, ...] = ()  # keys of [why.acted]: "disclosure.first", "pushback", …
    left_out: tuple[str, ...] = ()  # keys of [left_out]
    wrote: Wrote = "guided"
    raised: bool = False  # elevated or above: only that help was shown because of danger is said
    stopped: bool = False  # the person stopped it, or it broke off: what acted is not known
    more: bool = False  # ended at its length
    failed: str = ""  # as in `Done`
    feedback: Feedback | None = None  # what the person said of a reply before, which this one had to heed
    another: Another | None = None  # this reply came in the place of one before


def acted(events: tuple[Event, ...], level: Level) -> tuple[str, ...]:
    """Which guards acted, each once, in the order in which they did; from elevated on nothing of it is told."""
    if level >= Level.ELEVATED:
        return ()
    return tuple(dict.fromkeys(_name(event) for event in events if event.name in _AS_WORDS))


def _name(event: Event) -> str:
    fields = dict(event.fields)
    detail = {"disclosure": fields.get("why"), "referral": "asked" if fields.get("asked") else None}.get(event.name)
    return f"{event.name}.{detail}" if detail else f"{event.name}.default"
