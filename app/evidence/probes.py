"""Runs the guard over the probe sets: messages, beliefs, replies and ordinary conversations. No text is kept."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from guardrails.guard import Guard
from guardrails.statistics.examples import (
    BeliefExample,
    ReplyExample,
    RiskExample,
    belief_examples,
    reply_examples,
    risk_examples,
)
from guardrails.values import GuardSettings, Level, Memory, Message, Session

FOLDER = Path("tests") / "probes"
NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
"""A fixed moment, so that opening hours and nights give the same figures on every run."""
_APART = timedelta(seconds=40)
_SEED = 20261125
TALK = 30  # messages in an ordinary conversation
_TALKS = 60
_ORDINARY = frozenset({"ordinary_distress", "everyday_and_practical", "grief"})
_LONGEST_LINE = 1024 * 1024  # bytes of one probe of someone else


@dataclass(frozen=True, slots=True)
class Probes:
    """Every labelled probe of the repository, kept apart from training. Set names are those of the files."""

    risk: tuple[tuple[str, RiskExample], ...]
    beliefs: tuple[tuple[str, BeliefExample], ...]
    replies: tuple[tuple[str, ReplyExample], ...]


@dataclass(frozen=True, slots=True)
class RiskRow:
    """What became of one message."""

    set: str
    probe: RiskExample
    read: Level
    kind: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BeliefRow:
    set: str
    probe: BeliefExample
    pushback: bool
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReplyRow:
    set: str
    probe: ReplyExample
    blocked: bool
    kinds: tuple[str, ...]
    leaked: int  # characters of a bad span that would be shown


@dataclass(frozen=True, slots=True)
class TalkRow:
    """One conversation of thirty ordinary messages; `words` says of which kind."""

    language: str
    words: str
    card: bool
    question: bool


class ProbeError(Exception):
    """A probe file cannot be used: its name and the number of the line, never what is in it."""

    def __init__(self, file: str, line: int) -> None:
        super().__init__(file, line)
        self.file, self.line = file, line


def load_probes(home: Path, *more: Path) -> Probes:
    """All probe files below tests/probes, and below `more` folders, by a part of their names.

    Raises `ProbeError` for a line of `more` that is no probe, or for a folder without any (line 0).
    """
    folders = (home / FOLDER, *more)
    for folder in more:
        check_folder(folder)

    def files(part: str) -> list[Path]:
        return [path for folder in folders for path in sorted(folder.rglob("*.jsonl")) if part in path.stem]

    return Probes(
        risk=tuple((p.stem, row) for p in files("risk") for row in risk_examples(p)),
        beliefs=tuple((p.stem, row) for p in files("beliefs") for row in belief_examples(p)),
        replies=tuple((p.stem, row) for p in files("replies") for row in reply_examples(p)),
    )


def check_folder(folder: Path) -> None:
    """Read every probe file of a folder once, line by line, so that a bad line can be named. Raises `ProbeError`."""
    readers = {"risk": _risk_line, "beliefs": _belief_line, "replies": _reply_line}
    found = [(path, part) for path in sorted(folder.rglob("*.jsonl")) for part in readers if part in path.stem]
    if not found:
        raise ProbeError(folder.name, 0)
    for path, part in found:
        with path.open("rb") as lines:
            for number, raw in enumerate(lines, start=1):
                try:
                    if raw.strip() and not readers[part](json.loads(raw[:_LONGEST_LINE].decode("utf-8"))):
                        raise ProbeError(path.name, number)
                except (ValueError, RecursionError, KeyError, TypeError):
                    raise ProbeError(path.name, number) from None


def _texts(row: Any, *names: str) -> bool:
    return all(isinstance(row[name], str) for name in names)


def _risk_line(row: Any) -> bool:
    levels = {level.label for level in Level}
    before = all(_texts(turn, "role", "text") for turn in row.get("context", ())) if isinstance(row, dict) else False  # pyright: ignore
    return before and _texts(row, "id", "lang", "text", "kind", "slice") and row["level"] in levels


def _belief_line(row: Any) -> bool:
    return isinstance(row, dict) and _texts(row, "id", "lang", "text", "kind") and isinstance(row["pushback"], bool)


def _reply_line(row: Any) -> bool:
    spans = row["kinds"] + row.get("bad_spans", [])
    return _texts(row, "id", "lang", "user", "reply") and all(isinstance(one, str) for one in spans)


def run_risk(guard: Guard, probes: Probes, before: int = 0) -> list[RiskRow]:
    """Read every message, after `before` ordinary messages of the same language."""
    filler = _calm(probes)
    rows: list[RiskRow] = []
    for name, probe in probes.risk:
        spoken = filler.get(probe.language, ())
        said = (*_some(spoken, before, probe.id), *probe.before, probe.text)
        reading, _ = guard.follow(_dated(said), GuardSettings())
        if reading is None:
            continue
        kind = reading.kinds[0].value if reading.kinds else "none"
        rows.append(RiskRow(name, probe, reading.level, kind, reading.rules))
    return rows


def run_beliefs(guard: Guard, probes: Probes) -> list[BeliefRow]:
    rows: list[BeliefRow] = []
    for name, probe in probes.beliefs:
        reading, _ = guard.follow(_dated((probe.text,)), GuardSettings())
        if reading is not None:
            kinds = tuple(belief.value for belief in reading.beliefs)
            rows.append(BeliefRow(name, probe, reading.pushback, kinds))
    return rows


def run_replies(guard: Guard, probes: Probes) -> list[ReplyRow]:
    rows: list[ReplyRow] = []
    for name, probe in probes.replies:
        said, settings = _dated((probe.user,)), GuardSettings()
        reading, memory = guard.read(said[0], Memory(), said[0].at, settings)
        plan = guard.plan(reading, memory, Session(), settings, said[0].at)
        verdict = guard.reviewer.judge(probe.user, probe.reply, country=None, reading=reading, plan=plan)
        kinds = tuple(kind.value for kind in verdict.kinds)
        leaked = sum(len(span) for span in probe.bad if span and span in verdict.shown)
        rows.append(ReplyRow(name, probe, verdict.verdict == "block", kinds, leaked))
    return rows


def run_talks(guard: Guard, probes: Probes) -> list[TalkRow]:
    """Conversations of thirty calm messages, drawn by chance from the calm probes of one language.

    "ordinary": messages as people mostly send them; "look-alikes too": also those written to resemble danger.
    """
    kinds = {"ordinary": _calm(probes, _ORDINARY), "look-alikes too": _calm(probes)}
    return [
        _talk(guard, language, words, _some(texts, TALK, f"{language}-{number}"))
        for words, spoken in kinds.items()
        for language, texts in spoken.items()
        for number in range(_TALKS)
    ]


def _talk(guard: Guard, language: str, words: str, texts: Sequence[str]) -> TalkRow:
    memory, settings = Memory(), GuardSettings()
    card = question = False
    for message in _dated(texts):
        reading, memory = guard.read(message, memory, message.at, settings)
        plan = guard.plan(reading, memory, Session(), settings, message.at)
        names = {event.name for event in plan.events}
        card = card or any(part.card is not None for part in plan.closing)
        question = question or "direct_question" in names
        shown = "\n\n".join(part.text for part in (*plan.opening, *plan.closing)) or "Dat is veel."
        memory = guard.heard(Message("assistant", shown, message.at, "probe"), memory)
    return TalkRow(language, words, card, question)


def _calm(probes: Probes, slices: frozenset[str] | None = None) -> dict[str, tuple[str, ...]]:
    calm = [row for _, row in probes.risk if row.level is Level.NONE and not row.before]
    calm = [row for row in calm if slices is None or row.slice in slices]
    return {
        language: tuple(row.text for row in calm if row.language == language)
        for language in sorted({row.language for row in calm})
    }


def _some(texts: Iterable[str], count: int, seed: str) -> tuple[str, ...]:
    pool = list(texts)
    return tuple(Random(f"{_SEED}-{seed}").sample(pool, min(count, len(pool))))  # noqa: S311, no secret


def _dated(texts: Sequence[str]) -> tuple[Message, ...]:
    return tuple(_messages(texts))


def _messages(texts: Sequence[str]) -> Iterator[Message]:
    for place, text in enumerate(texts):
        yield Message("user", text, NOON - _APART * (len(texts) - 1 - place), "probe")
