"""Measures the families on the training examples: `python -m guardrails.risk.measure [--misses PART] [--speed]`.

Prints, with counts, how many messages reach at least one of their allowed levels and how many calm messages are
referred. Rows with `context` are read turn by turn; the gravest turn counts (the real fold is the memory's).
It prints example texts only with --misses or --alarms: the examples are invented.
"""

import argparse
import json
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from guardrails.risk.read import RiskReader, load_risk
from guardrails.values import Level

_HOME = Path(__file__).parents[2]
_CALM = ("guardrails/beliefs/examples/beliefs.jsonl", "prompts/topics/examples/topics.jsonl")
_WEAK_IS_CONCERN = 1.0


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled example and what the families made of it."""

    id: str
    lang: str
    slice: str
    kind: str
    text: str
    level: Level
    lowest: Level  # of the allowed levels
    highest: Level
    read: Level
    read_kind: str
    rules: tuple[str, ...]

    @property
    def missed(self) -> bool:
        return self.read < self.lowest

    @property
    def too_high(self) -> bool:
        return self.read > self.highest


def read_rows(reader: RiskReader, folder: Path) -> Iterator[Row]:
    """Every example of a folder of JSON lines, read."""
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield _row(reader, cast(dict[str, object], json.loads(line)))


def _row(reader: RiskReader, data: dict[str, object]) -> Row:
    levels = {level.label: level for level in Level}
    level = levels[str(data["level"])]
    allowed = [levels[name] for name in cast(list[str], data.get("ok_levels", []))] or [level]
    turns = [t["text"] for t in cast(list[dict[str, str]], data.get("context", [])) if t["role"] == "user"]
    findings = [reader.read(text) for text in (*turns, str(data["text"]))]
    signals = sorted((s for f in findings for s in f.signals), key=lambda s: -s.level)
    weak = {name for f in findings for name in f.weak_rules}
    found = signals[0].level if signals else Level.NONE
    if sum(f.weak for f in findings) >= _WEAK_IS_CONCERN:
        found = max(found, Level.CONCERN)
    rules = (*(s.rule for s in signals), *sorted(weak))
    kind = signals[0].kind if signals else "none"
    return Row(
        id=str(data["id"]),
        lang=str(data["lang"]),
        slice=str(data["slice"]),
        kind=str(data["kind"]),
        text=str(data["text"]),
        level=level,
        lowest=min(*allowed, level),
        highest=max(*allowed, level),
        read=found,
        read_kind=kind,
        rules=rules,
    )


def report(rows: Iterable[Row]) -> Iterator[str]:
    """Lines of a table: danger reached by level, kind, slice and language; calm referred by slice."""
    rows = list(rows)
    danger = [row for row in rows if row.level]
    calm = [row for row in rows if not row.level]
    found = [row for row in danger if row.read]
    right = _share(found, lambda r: r.kind == r.read_kind)
    yield f"danger {len(danger)}: {_reach(danger)}, kind right of those found {right}"
    for name in ("level", "kind", "slice", "lang"):
        for value in sorted({str(getattr(row, name)) for row in danger}):
            part = [row for row in danger if str(getattr(row, name)) == value]
            yield f"  {name:6} {value:22} {_reach(part)}"
    yield f"calm {len(calm)}: {_alarms(calm)}"
    for value in sorted({f"{row.lang} {row.slice}" for row in calm}):
        part = [row for row in calm if f"{row.lang} {row.slice}" == value]
        yield f"  {value:28} {_alarms(part)}"


def _reach(rows: list[Row]) -> str:
    found = _share(rows, lambda r: r.read > 0)
    return (
        f"found {found}, reached {_share(rows, lambda r: not r.missed)}, too high {_share(rows, lambda r: r.too_high)}"
    )


def _alarms(rows: list[Row]) -> str:
    return f"concern+ {_share(rows, lambda r: r.read > 0)}, elevated+ {_share(rows, lambda r: r.read > 1)}"


def _share(rows: list[Row], test: Callable[[Row], bool]) -> str:
    hits = sum(1 for row in rows if test(row))
    return f"{hits}/{len(rows)} ({100 * hits / max(1, len(rows)):.1f} %)"


def other_calm(reader: RiskReader, home: Path) -> Iterator[str]:
    """Alarms on the examples of beliefs and topics: mostly ordinary distress, so elevated should be rare."""
    for name in _CALM:
        lines = (home / name).read_text(encoding="utf-8").splitlines()
        texts = [str(cast(dict[str, object], json.loads(line))["text"]) for line in lines]
        levels = Counter(max((s.level for s in reader.read(text).signals), default=Level.NONE) for text in texts)
        counts = ", ".join(f"{level.label} {levels[level]}" for level in Level if level)
        yield f"{name} {len(texts)}: {counts}"


def speed(reader: RiskReader, rows: Iterable[Row]) -> str:
    """Milliseconds for one message, padded from the examples to about 500 characters."""
    texts = [row.text for row in rows]
    long = [" ".join(texts[place : place + 6])[:500] for place in range(0, len(texts) - 6, 3)]
    times: list[float] = []
    for text in long:
        start = time.perf_counter()
        reader.read(text)
        times.append((time.perf_counter() - start) * 1000)
    times.sort()
    p99 = times[int(len(times) * 0.99)]
    return (
        f"speed: median {statistics.median(times):.3f} ms, p99 {p99:.3f} ms, {len(times)} messages of <= 500 characters"
    )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Recall and false alarms of the risk families on the examples.")
    parser.add_argument(
        "--misses", metavar="PART", help="print missed rows whose kind, slice, level or language is PART"
    )
    parser.add_argument("--alarms", action="store_true", help="print calm rows that were referred")
    parser.add_argument("--speed", action="store_true", help="print the time one message takes")
    options = parser.parse_args()
    reader = load_risk(_HOME)
    rows = list(read_rows(reader, Path(__file__).parent / "examples"))
    for line in (*report(rows), *other_calm(reader, _HOME)):
        print(line)
    if options.speed:
        print(speed(reader, rows))
    for row in rows:
        about = (row.kind, row.slice, row.level.label, row.lang)
        if (options.misses in about and row.missed) or (options.alarms and row.read and not row.level):
            print(row.id, row.level.label, "read", row.read.label, row.rules, "|", row.text.replace("\n", " / "))


if __name__ == "__main__":
    main()
