"""The report as small data: what the page *Verantwoording* tells, from the same rows as docs/evidence.md."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from app.evidence.counting import Share, by, share
from app.evidence.probes import RiskRow
from app.evidence.report import Evidence, any_referral, false_alarms, missed, recall
from guardrails.referral import Directory
from guardrails.values import Language, Level

FORMAT = "klankbord-evidence"
_MOST_CHANGES = 50
_PARTS: Mapping[str, tuple[str, ...]] = {
    "danger": ("guardrails/risk", "guardrails/language"),
    "beliefs": ("guardrails/beliefs", "guardrails/asks"),
    "replies": ("guardrails/humanness",),
    "words": ("guardrails/concepts", "guardrails/statistics"),
    "helplines": ("guardrails/referral",),
    "texts": ("prompts",),
}
_KINDS = ("*.toml", "*.bin", "*.json", "*.md")


def figures(found: Evidence, home: Path, directory: Directory, before: Mapping[str, Any] | None) -> dict[str, Any]:
    """JSON-ready; every figure is [hits, total, low, high]. `before`: what was written the last time, if anything."""
    first, late = found.risk[min(found.risk)], found.risk[max(found.risk)]
    parts = {name: _digest(home, folders) for name, folders in _PARTS.items()}
    wanted = [row for row in found.beliefs if row.probe.pushback]
    free = [row for row in found.beliefs if not row.probe.pushback]
    bad = [row for row in found.replies if row.probe.blocked]
    good = [row for row in found.replies if not row.probe.blocked]
    talks = by([row for row in found.talks if row.words == "ordinary"], lambda row: row.language)
    grave = [row for row in first if row.probe.level >= Level.ELEVATED]
    return {
        "format": FORMAT,
        "version": 1,
        "made": found.made,
        "content": found.version,
        "danger": {
            name: _danger(rows) for name, rows in {**by(first, lambda r: r.probe.language), "all": first}.items()
        },
        "late": {"turn": max(found.risk), **_danger(late)},
        "kinds": _seen(by(grave, lambda row: row.probe.kind)),
        "slices": _seen(by(grave, lambda row: row.probe.slice)),
        "beliefs": {
            "seen": _share(share(wanted, lambda row: row.pushback)),
            "needless": _share(share(free, lambda row: row.pushback)),
        },
        "replies": {
            "blocked": _share(share(bad, lambda row: row.blocked)),
            "needless": _share(share(good, lambda row: row.blocked)),
        },
        "talks": {
            name: {
                "card": _share(share(rows, lambda row: row.card)),
                "question": _share(share(rows, lambda row: row.question)),
            }
            for name, rows in talks.items()
        },
        "helplines": [
            {
                "country": record.country.value,
                "role": record.role,
                "names": {language.value: record.names[language] for language in Language if language in record.names},
                "source_date": record.source_date,
                "recheck_by": record.recheck_by.isoformat(),
            }
            for record in directory.records
        ],
        "parts": parts,
        "changes": _changes(found, parts, before),
    }


def read_figures(path: Path) -> dict[str, Any] | None:
    """What was written the last time; None when there is nothing that can be used."""
    try:
        data: object = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    known = cast("dict[str, Any]", data) if isinstance(data, dict) else {}
    return known if known.get("format") == FORMAT else None


def as_text(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _changes(found: Evidence, parts: Mapping[str, str], before: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """The newest first; the same content twice is no change."""
    earlier: list[dict[str, Any]] = list(before.get("changes", ())) if before else []
    if before and before.get("parts") == parts:
        return earlier
    known: Mapping[str, str] = before.get("parts", {}) if before else {}
    changed = [name for name in parts if name in known and known[name] != parts[name]]
    return [{"date": found.made, "content": found.version, "parts": changed}, *earlier][:_MOST_CHANGES]


def _danger(rows: Sequence[RiskRow]) -> dict[str, list[float]]:
    counts = {"seen": recall, "missed": missed, "false_alarm": false_alarms, "any_referral": any_referral}
    return {name: _share(count(rows)) for name, count in counts.items()}


def _seen(groups: Mapping[str, Sequence[RiskRow]]) -> list[dict[str, Any]]:
    """The worst first."""
    rows = [(name, recall(found)) for name, found in groups.items()]
    return [{"name": name, "seen": _share(seen)} for name, seen in sorted(rows, key=lambda row: row[1].rate)]


def _share(found: Share) -> list[float]:
    low, high = found.interval
    return [found.hits, found.total, round(low, 4), round(high, 4)]


def _digest(home: Path, folders: Sequence[str]) -> str:
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(path for kind in _KINDS for path in (home / folder).rglob(kind)):
            digest.update(path.relative_to(home).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]
