"""How long the guard takes for a message of 500 characters and for a sentence of a reply."""

from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from benchmarks.row import Row, milliseconds, spread
from guardrails.guard import Guard, load
from guardrails.humanness.review import ReplyState, ReviewContext
from guardrails.sentences import sentences
from guardrails.statistics.examples import ReplyExample, RiskExample, reply_examples, risk_examples
from guardrails.values import GuardSettings, Memory, Message, Session

_LONG = 500
_AT = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def measure(home: Path) -> list[Row]:
    """Reading and review on the probes of the repository; the guard is loaded before the clock runs."""
    guard = Guard(load(home))
    guard.warm()
    risk = risk_examples(*sorted((home / "tests" / "probes").rglob("risk*.jsonl")))
    replies = reply_examples(*sorted((home / "tests" / "probes").rglob("replies*.jsonl")))
    return [*_reading(guard, risk), *_turns(guard, risk), *_review(guard, replies)]


def _reading(guard: Guard, rows: list[RiskExample]) -> list[Row]:
    texts = [f"{one.text} {two.text} {two.text}"[:_LONG].ljust(_LONG, ".") for one, two in pairwise(rows)]
    times = milliseconds(lambda text: _read(guard, text, Memory()), [*texts[:50], *texts])
    return spread("reading 500 characters", times, median="≤ 1", p99="≤ 5")


def _turns(guard: Guard, rows: list[RiskExample]) -> list[Row]:
    """The same message costs the same at turn 1 and at turn 300."""
    memory = Memory()
    for row in (rows * 2)[:300]:
        memory = _read(guard, row.text, memory)
    text = rows[0].text
    first = milliseconds(lambda _: _read(guard, text, Memory()), range(200))
    last = milliseconds(lambda _: _read(guard, text, memory), range(200))
    return [Row("reading at turn 300 / at turn 1", last[100] / first[100], "ratio", "≤ 1.5")]


def _read(guard: Guard, text: str, before: Memory) -> Memory:
    _, memory = guard.read(Message("user", text, _AT), before, _AT, GuardSettings())
    return memory


def _review(guard: Guard, rows: list[ReplyExample]) -> list[Row]:
    times: list[float] = []
    for row in rows:
        settings = GuardSettings()
        reading, memory = guard.read(Message("user", row.user, _AT), Memory(), _AT, settings)
        plan = guard.plan(reading, memory, Session(), settings, _AT)
        context = ReviewContext(
            user=row.user, reading=reading, plan=plan, country=None, earlier=(), language=plan.language
        )
        state = ReplyState()
        for sentence in sentences(row.reply):
            once = milliseconds(lambda one: guard.reviewer.sentence(one, state, context), [sentence])  # noqa: B023
            times += once
            _, state = guard.reviewer.sentence(sentence, state, context)
    return spread("review of a sentence", sorted(times), median="≤ 1", p99="≤ 1")
