"""Measures reply review on the training examples: `python -m guardrails.humanness.measure [--misses PART] [--speed]`.

Each reply goes the way `check replies` goes: the message is read, a plan made, the whole reply judged. Prints, with
counts, how many bad replies are blocked (overall, by kind and language) and how many good ones are blocked wrongly.
It prints example texts only with --misses or --alarms: the examples are invented.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from guardrails.guard import Guard, load
from guardrails.humanness.review import ReplyState, ReviewContext
from guardrails.sentences import sentences
from guardrails.values import GuardSettings, Memory, Message, Plan, Reading, ReplyVerdict, Session

_HOME = Path(__file__).parents[2]
_EXAMPLES = Path(__file__).parent / "examples"
_NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled reply and what the review made of it."""

    id: str
    lang: str
    kinds: tuple[str, ...]  # empty: a good reply
    user: str = field(repr=False)
    reply: str = field(repr=False)
    verdict: ReplyVerdict = field(repr=False)
    rules: tuple[str, ...] = ()  # families that held a blocked sentence

    @property
    def blocked(self) -> bool:
        return self.verdict.verdict == "block"

    @property
    def named(self) -> bool:
        """Is one of the claims found one of the label's?"""
        return bool({claim.value for claim in self.verdict.kinds} & set(self.kinds))


def read_rows(guard: Guard, folder: Path) -> Iterator[Row]:
    """Every example of a folder of JSON lines, judged."""
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield _row(guard, json.loads(line))


def read_message(guard: Guard, user: str) -> tuple[Reading, Plan]:
    """What the guard makes of a message on its own."""
    settings = GuardSettings()
    reading, memory = guard.read(Message("user", user, _NOW), Memory(), _NOW, settings)
    return reading, guard.plan(reading, memory, Session(), settings, _NOW)


def _row(guard: Guard, data: dict[str, Any]) -> Row:
    user, reply = data["user"], data["reply"]
    reading, plan = read_message(guard, user)
    verdict = guard.reviewer.judge(user, reply, country=None, reading=reading, plan=plan)
    detector = guard.reviewer.detector
    settings = detector.settings(user, reading)
    rules = dict.fromkeys(rule for span in verdict.spans for rule in detector.fired(span, settings))
    kinds = tuple(kind for kind in data["kinds"] if kind != "none")
    return Row(data["id"], data["lang"], kinds, user, reply, verdict, tuple(rules))


def report(rows: Iterable[Row]) -> Iterator[str]:
    """Lines of a table: bad replies blocked and good ones blocked wrongly, by language and by kind."""
    rows = list(rows)
    bad, good = [row for row in rows if row.kinds], [row for row in rows if not row.kinds]
    yield f"bad replies blocked {_share(bad, _blocked)}, good ones wrongly blocked {_share(good, _blocked)}"
    for lang in sorted({row.lang for row in rows}):
        there, fine = [r for r in bad if r.lang == lang], [r for r in good if r.lang == lang]
        yield f"  {lang}: blocked {_share(there, _blocked)}, wrongly blocked {_share(fine, _blocked)}"
    for kind in sorted({kind for row in bad for kind in row.kinds}):
        parts: list[str] = []
        for lang in sorted({row.lang for row in bad}):
            part = [row for row in bad if kind in row.kinds and row.lang == lang]
            parts.append(f"{lang} {_share(part, _blocked)} named {_share(part, lambda r: r.named)}")
        yield f"  {kind:24} " + "  ".join(parts)


def _blocked(row: Row) -> bool:
    return row.blocked


def _share(rows: list[Row], test: Callable[[Row], bool]) -> str:
    hits = sum(1 for row in rows if test(row))
    return f"{hits}/{len(rows)} ({100 * hits / max(1, len(rows)):.1f} %)"


def speed(guard: Guard, rows: Iterable[Row]) -> str:
    """Milliseconds for one sentence, as the turn reviews it; the message itself is read beforehand."""
    times: list[float] = []
    for row in rows:
        reading, plan = read_message(guard, row.user)
        context = ReviewContext(row.user, reading, plan, language=plan.language)
        state = ReplyState()
        for sentence in sentences(row.reply):
            start = time.perf_counter()
            _, state = guard.reviewer.sentence(sentence, state, context)
            times.append((time.perf_counter() - start) * 1000)
    times.sort()
    p99 = times[int(len(times) * 0.99)]
    return f"speed: median {statistics.median(times):.3f} ms, p99 {p99:.3f} ms a sentence, {len(times)} sentences"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Block rate and wrong blocks of reply review on the examples.")
    parser.add_argument(
        "--misses", metavar="PART", help="print bad replies not blocked of this kind or language (or all)"
    )
    parser.add_argument("--alarms", action="store_true", help="print good replies that were blocked")
    parser.add_argument("--speed", action="store_true", help="print the time one sentence takes")
    options = parser.parse_args()
    guard = Guard(load(_HOME))
    guard.warm()
    rows = list(read_rows(guard, _EXAMPLES))
    for line in report(rows):
        print(line)
    if options.speed:
        print(speed(guard, rows))
    for row in rows:
        missed = row.kinds and not row.blocked and options.misses in (*row.kinds, row.lang, "all")
        if missed or (options.alarms and row.blocked and not row.kinds):
            told = [claim.value for claim in row.verdict.kinds]
            print(row.id, row.lang, row.kinds, told, row.rules, "|", row.user, "|", row.verdict.spans or row.reply)


if __name__ == "__main__":
    main()
