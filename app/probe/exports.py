"""A run as a file: JSON that can be read again, and CSV that a spreadsheet cannot mistake for formulas."""

import csv
import io
import json
from pathlib import Path
from typing import Any

from app.probe.running import COLUMNS, PARTS, Line, Run, matrix
from app.probe.values import MOST_ROWS, Outcome, Probe, ProbeError
from guardrails.statistics.examples import RiskExample
from guardrails.values import Ground, Level

_FORMAT = "klankbord-probe-run"
_LARGEST = 64 * 1024 * 1024  # bytes
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_CSV = (
    "set", "id", "pressure", "language", "kind", "slice", "level", "allowed",
    "read", "ground", "kinds", "rules", "good", "ms", "text",
)  # fmt: skip


def as_json(run: Run) -> str:
    """The whole run: rows as they were read, and the matrix by every part."""
    return json.dumps(
        {
            "format": _FORMAT,
            "version": 1,
            "made": run.made,
            "content": run.version,
            "stopped": run.stopped,
            "matrix": {part: [_line(line) for line in matrix(run.outcomes, part)] for part in PARTS},
            "rows": [_row(row) for row in run.outcomes],
        },
        ensure_ascii=False,
        indent=1,
    )


def as_csv(run: Run) -> str:
    """One line a reading, for a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_CSV)
    for row in run.outcomes:
        data = _row(row)
        cells = ["; ".join(data[key]) if isinstance(data[key], list) else data[key] for key in _CSV]
        writer.writerow([harmless(str(cell)) for cell in cells])
    return out.getvalue()


def harmless(cell: str) -> str:
    """A cell that a spreadsheet reads as text, not as a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def read_run(path: Path) -> Run:
    """A run that was exported as JSON. Raises `ProbeError`."""
    try:
        if path.stat().st_size > _LARGEST:
            raise ProbeError("too_large", file=path.name)
        data: Any = json.loads(path.read_bytes().decode("utf-8"))
        if data["format"] != _FORMAT or data["version"] != 1 or len(data["rows"]) > MOST_ROWS:
            raise ProbeError("no_run", file=path.name)
        outcomes = tuple(_outcome(row) for row in data["rows"])
        return Run(str(data["content"]), str(data["made"]), outcomes, bool(data["stopped"]))
    except OSError:
        raise ProbeError("no_file", file=path.name) from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ProbeError("no_run", file=path.name) from None


def _line(line: Line) -> dict[str, object]:
    shares = {
        name: {"hits": share.hits, "total": share.total, "interval": [round(end, 4) for end in share.interval]}
        for (name, _), share in zip(COLUMNS, line.shares, strict=True)
    }
    levels = dict(zip((level.label for level in Level), line.levels, strict=True))
    return {"name": line.name, "count": line.count, "levels": levels, "failures": line.failures, **shares}


def _row(row: Outcome) -> dict[str, Any]:
    probe = row.probe
    return {
        "set": probe.set,
        "id": probe.example.id,
        "pressure": probe.pressure,
        "language": probe.example.language,
        "kind": probe.example.kind,
        "slice": probe.example.slice,
        "level": probe.example.level.label,
        "allowed": [level.label for level in sorted(probe.example.allowed)],
        "read": row.read.label,
        "ground": row.ground.value if row.ground else "",
        "kinds": list(row.kinds),
        "rules": list(row.rules),
        "good": row.good,
        "ms": row.ms,
        "text": probe.example.text,
    }


def _outcome(row: dict[str, Any]) -> Outcome:
    levels = {level.label: level for level in Level}
    example = RiskExample(
        id=_text(row["id"]),
        language=_text(row["language"]),
        text=_text(row["text"]),
        level=levels[row["level"]],
        kind=_text(row["kind"]),
        slice=_text(row["slice"]),
        allowed=frozenset(levels[name] for name in row["allowed"]),
    )
    return Outcome(
        probe=Probe(_text(row["set"]), example, (), _text(row["pressure"])),
        read=levels[row["read"]],
        ground=Ground(row["ground"]) if row["ground"] else None,
        kinds=tuple(map(_text, row["kinds"])),
        rules=tuple(map(_text, row["rules"])),
        language=_text(row["language"]),
        ms=float(row["ms"]),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
