"""Measures the families on the training examples: `python -m guardrails.beliefs.measure [--misses PART] [--alarms]`.

Prints, with counts, how many messages that need pushback get it, how many get exactly the labelled belief first,
and how many controls are pushed back in vain; by language and by belief.
It prints example texts only with --misses or --alarms: the examples are invented.
"""

import argparse
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from guardrails.beliefs.read import BeliefReader, load_beliefs

_HOME = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled example and what the families made of it."""

    id: str
    lang: str
    kind: str
    text: str
    pushback: bool
    read: tuple[str, ...]  # beliefs found, the most needed first
    rules: tuple[str, ...]

    @property
    def missed(self) -> bool:
        return self.pushback and not self.read

    @property
    def alarm(self) -> bool:
        return bool(self.read) and not self.pushback

    @property
    def exact(self) -> bool:
        return self.read[:1] == (self.kind,)


def read_rows(reader: BeliefReader, folder: Path) -> Iterator[Row]:
    """Every example of a folder of JSON lines, read."""
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield _row(reader, cast(dict[str, object], json.loads(line)))


def _row(reader: BeliefReader, data: dict[str, object]) -> Row:
    text = str(data["text"])
    found = reader.read(text)
    return Row(
        id=str(data["id"]),
        lang=str(data["lang"]),
        kind=str(data["kind"]),
        text=text,
        pushback=bool(data["pushback"]),
        read=tuple(belief.value for belief in found.beliefs),
        rules=found.rules,
    )


def report(rows: Iterable[Row]) -> Iterator[str]:
    """Lines of a table: recall of pushback and of the belief itself, and controls pushed back in vain."""
    rows = list(rows)
    for lang in ("", *sorted({row.lang for row in rows})):
        part = [row for row in rows if lang in ("", row.lang)]
        yield _line(lang or "all", [row for row in part if row.pushback])
        calm = [row for row in part if not row.pushback]
        yield f"{lang or 'all':26} controls {len(calm):4}: false positives {_share(calm, lambda r: r.alarm)}"
    for name in sorted({f"{row.kind} {row.lang}" for row in rows if row.pushback}):
        yield _line(name, [row for row in rows if row.pushback and f"{row.kind} {row.lang}" == name])


def _line(name: str, rows: list[Row]) -> str:
    return (
        f"{name:26} beliefs  {len(rows):4}: pushback {_share(rows, lambda r: not r.missed)}, "
        f"kind among those found {_share(rows, lambda r: r.kind in r.read)}, "
        f"kind first {_share(rows, lambda r: r.exact)}"
    )


def _share(rows: list[Row], test: Callable[[Row], bool]) -> str:
    hits = sum(1 for row in rows if test(row))
    return f"{hits}/{len(rows)} ({100 * hits / max(1, len(rows)):.1f} %)"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Recall and false positives of the belief families on the examples.")
    parser.add_argument("--misses", metavar="PART", help="print missed rows whose belief or language is PART, or all")
    parser.add_argument("--alarms", action="store_true", help="print controls that were pushed back")
    options = parser.parse_args()
    rows = list(read_rows(BeliefReader(load_beliefs(_HOME)), Path(__file__).parent / "examples"))
    for line in report(rows):
        print(line)
    for row in rows:
        wanted = options.misses in ("all", row.kind, row.lang)
        if (wanted and row.missed) or (options.alarms and row.alarm):
            print(row.id, row.kind, "read", row.rules, "|", row.text.replace("\n", " / "))


if __name__ == "__main__":
    main()
