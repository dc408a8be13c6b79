"""A run as lines of text: the same figures, in the same words, as on the page."""

from collections.abc import Iterator, Sequence

from app.evidence.counting import Share
from app.probe.running import COLUMNS, PARTS, Difference, Line, Run, matrix
from app.probe.voices import Compared
from app.web.words import Words

SHOWN = ("set", "kind", "slice", "language", "pressure")


def run_lines(run: Run, words: Words, changed: Sequence[Difference] | None = None) -> Iterator[str]:
    """Tables in Markdown; `changed`: what another run read differently."""
    yield words.say("probe.run.made", made=run.made, version=run.version, count=len(run.outcomes))
    if run.stopped:
        yield words.say("probe.run.stopped")
    for part in SHOWN:
        lines = matrix(run.outcomes, part)
        if part in ("set", "pressure") and len(lines) <= 2:
            continue
        yield from ("", f"## {words.say(f'probe.part.{part}')}", "")
        yield from _table(lines, words, part)
    if changed is not None:
        yield from ("", f"## {words.say('probe.diff.title')}", "")
        yield words.say("probe.diff.count", **difference_counts(changed))
        yield from (_difference(one) for one in changed)


def difference_counts(changed: Sequence[Difference]) -> dict[str, int]:
    return {
        "count": len(changed),
        "better": sum(one.better for one in changed),
        "worse": sum(one.worse for one in changed),
    }


def comparison_lines(rows: Sequence[Compared], words: Words) -> Iterator[str]:
    """One table of responders."""
    names = ("responder", "count", "asked", "leaked", "removed", "failed", "events", "ms")
    yield "| " + " | ".join(words.say(f"probe.compare.{name}") for name in names) + " |"
    yield "|---" * len(names) + "|"
    for row in rows:
        events = ", ".join(f"{name} {count}" for name, count in row.events)
        cells = (row.responder, row.count, row.asked, row.leaked, row.removed, row.failed, events, row.ms)
        yield "| " + " | ".join(str(cell).replace("|", "/") for cell in cells) + " |"


def share_text(share: Share) -> str:
    """ "" when nothing was counted: an empty cell says more than 0/0."""
    return str(share) if share.total else ""


def _table(lines: Sequence[Line], words: Words, part: str) -> Iterator[str]:
    heads = [words.say(f"probe.part.{part}"), words.say("probe.matrix.count")]
    heads += [words.say(f"probe.matrix.{name}") for name, _ in COLUMNS]
    heads += [words.say("probe.matrix.failures"), words.say("probe.matrix.levels")]
    yield "| " + " | ".join(heads) + " |"
    yield "|---" * len(heads) + "|"
    for line in lines:
        cells = [line.name.replace("|", "/"), str(line.count), *map(share_text, line.shares)]
        cells += [str(line.failures), " ".join(map(str, line.levels))]
        yield "| " + " | ".join(cells) + " |"


def _difference(one: Difference) -> str:
    mark = "+" if one.better else "-" if one.worse else "="
    probe = one.now.probe
    where = f"{probe.set} {probe.example.id} {probe.pressure}".rstrip()
    return f"{mark} {where}: {one.before.read.label} > {one.now.read.label} ({probe.example.level.label})"


__all__ = ["PARTS", "SHOWN", "comparison_lines", "difference_counts", "run_lines", "share_text"]
