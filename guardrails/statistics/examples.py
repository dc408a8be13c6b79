"""Reads the labelled examples of the repository; for training and measuring, never at run time."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from guardrails.values import Level

_LEVELS = {level.label: level for level in Level}


@dataclass(frozen=True, slots=True)
class RiskExample:
    """One message with its label; `before` is what the person wrote earlier in the conversation."""

    id: str
    language: str
    text: str = field(repr=False)
    level: Level
    kind: str
    slice: str
    allowed: frozenset[Level]
    before: tuple[str, ...] = field(default=(), repr=False)

    @property
    def whole(self) -> str:
        """All that the person wrote, as one text."""
        return "\n".join((*self.before, self.text))


@dataclass(frozen=True, slots=True)
class BeliefExample:
    id: str
    language: str
    text: str = field(repr=False)
    pushback: bool
    kind: str


@dataclass(frozen=True, slots=True)
class ReplyExample:
    """A reply with the message it answers; `bad` are its exact substrings that may not be shown."""

    id: str
    language: str
    user: str = field(repr=False)
    reply: str = field(repr=False)
    kinds: tuple[str, ...]
    bad: tuple[str, ...] = field(default=(), repr=False)

    @property
    def blocked(self) -> bool:
        return bool(self.kinds)


def risk_examples(*paths: Path) -> list[RiskExample]:
    """Examples of danger and of calm, from JSON-lines files in the form of guardrails/risk/examples."""
    return [_risk(row) for row in _rows(*paths)]


def belief_examples(*paths: Path) -> list[BeliefExample]:
    return [
        BeliefExample(row["id"], row["lang"], row["text"], bool(row["pushback"]), row["kind"]) for row in _rows(*paths)
    ]


def reply_examples(*paths: Path) -> list[ReplyExample]:
    return [
        ReplyExample(
            row["id"],
            row["lang"],
            row["user"],
            row["reply"],
            tuple(kind for kind in row["kinds"] if kind != "none"),
            tuple(row.get("bad_spans", ())),
        )
        for row in _rows(*paths)
    ]


def _risk(row: dict[str, Any]) -> RiskExample:
    level = _LEVELS[row["level"]]
    return RiskExample(
        id=row["id"],
        language=row["lang"],
        text=row["text"],
        level=level,
        kind=row["kind"],
        slice=row["slice"],
        allowed=frozenset({level, *(_LEVELS[name] for name in row.get("ok_levels", ()))}),
        before=tuple(turn["text"] for turn in row.get("context", ()) if turn["role"] == "user"),
    )


def _rows(*paths: Path) -> Iterator[dict[str, Any]]:
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip():
                yield json.loads(line)
