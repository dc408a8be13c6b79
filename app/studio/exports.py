"""What leaves a workshop: data, probes for `evidence`, changes for a maintainer. Only what the group accepted leaves
as probe or change; the data holds everything that was not withdrawn."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

from app.studio.agreement import alpha
from app.studio.values import Item, Picture, StudioError

FORMAT = "klankbord-werkplaats-1"
CHANGES = "klankbord-changes-1"
_COLUMNS = ("position", "id", "kind", "code_name", "at", "needs", "field", "value")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_MARK = "'"
_PRIVATE_SETTINGS = frozenset({"phase_at"})


def data_json(picture: Picture) -> str:
    """Everything, as one JSON object."""
    whole = {
        "format": FORMAT,
        "title": picture.settings.get("title", ""),
        "people": [person.code for person in picture.people],
        "items": [
            {
                "id": item.id,
                "kind": item.kind,
                "code_name": picture.code(item.person),
                "at": item.at.isoformat(),
                "needs": list(item.needs),
                "body": dict(item.body),
            }
            for item in picture.items
        ],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def data_csv(picture: Picture) -> str:
    """Everything, one field a row. A cell that a spreadsheet would compute gets an apostrophe in front."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for place, item in enumerate(picture.items, start=1):
        for name, value in item.body.items():
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            row = (place, item.id, item.kind, picture.code(item.person), item.at.isoformat(), " ".join(item.needs))
            writer.writerow([guarded(str(cell)) for cell in (*row, name, text)])
    return out.getvalue()


def guarded(cell: str) -> str:
    """A cell as text: what begins like a formula, also behind spaces or an apostrophe, gets an apostrophe."""
    bare = cell.lstrip(" ")
    return _MARK + cell if bare.startswith((*_FORMULA, _MARK)) else cell


def unguarded(cell: str) -> str:
    return cell.removeprefix(_MARK)


def risk_probes(picture: Picture, made: str) -> str:
    """Accepted cases as lines for `evidence`."""
    rows = (_risk_probe(item, place, made) for place, item in enumerate(_accepted(picture, "case"), start=1))
    return _lines(rows)


def reply_probes(picture: Picture, made: str) -> str:
    """Accepted rewrites as replies that must be shown as they are."""
    rows = [
        {
            "id": f"ws-{made}-{item.id[:6]}",
            "lang": case.text("language"),
            "user": case.texts("messages")[-1],
            "reply": item.text("text"),
            "verdict": "allow",
            "kinds": ["none"],
            "bad_spans": [],
        }
        for item in _accepted(picture, "rewrite")
        for case in (case_of(picture, item),)
    ]
    return _lines(iter(rows))


def changes_file(picture: Picture) -> str:
    """Accepted wording, for a maintainer to look at and apply. A reason, no code names."""
    found = [
        {
            "path": item.text("path"),
            "before": item.text("before"),
            "after": item.text("after"),
            "why": item.text("why"),
            "decision": decision.text("reason"),
            "clinician": decision.text("clinician"),
        }
        for item in _accepted(picture, "change")
        for decision in (picture.decision(item.id),)
        if decision is not None
    ]
    return json.dumps({"format": CHANGES, "changes": found}, ensure_ascii=False, indent=1) + "\n"


def for_researchers(picture: Picture) -> str:
    """Counts, and agreement between raters: for researchers, who know what it does not say."""
    choices = [[c.text("choice") for c in picture.on(r.id, "choice")] for r in picture.of("round")]
    stances = [[s.text("stance") for s in picture.on(i.id, "voice")] for i in subjects(picture)]
    measure = "Krippendorff alpha, nominal"
    tables: dict[str, Mapping[str, Any]] = {
        "choices": {"units": choices, "measure": measure, "alpha": alpha(choices)},
        "voices": {"units": stances, "measure": measure, "alpha": alpha(stances)},
    }
    return json.dumps({"format": FORMAT, **tables}, ensure_ascii=False, indent=1) + "\n"


def subjects(picture: Picture) -> tuple[Item, ...]:
    """What the group decides about."""
    return tuple(item for item in picture.items if item.kind in ("case", "rewrite", "change"))


def case_of(picture: Picture, item: Item) -> Item:
    """The case that an answer, or what was said about it, belongs to. Raises `StudioError` when it is gone."""
    for needed in item.needs:
        found = next((one for one in picture.items if one.id == needed), None)
        if found is not None and found.kind == "case":
            return found
        if found is not None and found.kind == "answer":
            return case_of(picture, found)
    raise StudioError("gone", 404)


def is_crisis(picture: Picture, item: Item) -> bool:
    """Whether a named clinician must agree too."""
    if item.kind == "change":
        path = item.text("path")
        return path.startswith(("guardrails/risk/", "guardrails/referral/")) or "/guard/" in path
    case = item if item.kind == "case" else case_of(picture, item)
    return case.text("level") != "none"


def _accepted(picture: Picture, kind: str) -> Iterator[Item]:
    return (item for item in picture.of(kind) if picture.accepted(item.id))


def _risk_probe(item: Item, place: int, made: str) -> dict[str, Any]:
    messages = item.texts("messages")
    return {
        "id": f"ws-{made}-{place:03}-{item.id[:6]}",
        "lang": item.text("language"),
        "text": messages[-1],
        "context": [{"role": "user", "text": text} for text in messages[:-1]],
        "level": item.text("level"),
        "kind": item.text("kind"),
        "slice": "workshop",
        "situation": item.text("situation"),
        "does": item.text("does"),
        "does_not": item.text("does_not"),
    }


def _lines(rows: Iterator[dict[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
