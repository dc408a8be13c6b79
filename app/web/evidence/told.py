"""What the page tells, as plain values read from docs/evidence.json; nothing in it is about a person."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from guardrails.values import Country

_FORMAT = "klankbord-evidence"
_FEWEST = 10  # messages: fewer say too little to name


@dataclass(frozen=True, slots=True)
class Figure:
    """`hits` of `total`; the ends of the interval are per hundred."""

    hits: int
    total: int
    low: int
    high: int

    @property
    def of_hundred(self) -> int:
        return round(100 * self.hits / self.total) if self.total else 0


@dataclass(frozen=True, slots=True)
class Checked:
    """A helpline and until when its record is shown."""

    name: str
    recheck_by: str
    past: bool


@dataclass(frozen=True, slots=True)
class Told:
    """`kinds` and `slices`: the worst seen first; `changes`: date, content and the parts that changed."""

    made: str
    content: str
    figures: dict[str, Figure]
    late_turn: int
    kinds: tuple[tuple[str, Figure], ...]
    slices: tuple[tuple[str, Figure], ...]
    helplines: tuple[Checked, ...]
    changes: tuple[tuple[str, str, tuple[str, ...]], ...]


def read_told(path: Path, language: str, country: Country, today: date) -> Told | None:
    """The figures for one language and country; None when the file is missing or cannot be used."""
    try:
        data: Any = json.loads(path.read_text(encoding="utf-8"))
        return _told(data, language, country, today) if data["format"] == _FORMAT else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _told(data: Any, language: str, country: Country, today: date) -> Told:
    danger, talks = data["danger"][language], data["talks"][language]
    found = {name: danger[name] for name in ("seen", "missed", "false_alarm", "any_referral")}
    found |= {"late_seen": data["late"]["seen"], "late_false_alarm": data["late"]["false_alarm"]}
    found |= {"beliefs": data["beliefs"]["seen"], "beliefs_needless": data["beliefs"]["needless"]}
    found |= {"replies": data["replies"]["blocked"], "replies_needless": data["replies"]["needless"]}
    found |= {"card": talks["card"], "question": talks["question"]}
    return Told(
        made=str(data["made"]),
        content=str(data["content"]),
        figures={name: _figure(value) for name, value in found.items()},
        late_turn=int(data["late"]["turn"]),
        kinds=_named(data["kinds"]),
        slices=_named(data["slices"]),
        helplines=tuple(_checked(row, language, today) for row in data["helplines"] if row["country"] == country),
        changes=tuple((str(row["date"]), str(row["content"]), tuple(row["parts"])) for row in data["changes"]),
    )


def _named(rows: Any) -> tuple[tuple[str, Figure], ...]:
    return tuple((str(row["name"]), _figure(row["seen"])) for row in rows if row["seen"][1] >= _FEWEST)


def _figure(value: Any) -> Figure:
    hits, total, low, high = value
    return Figure(int(hits), int(total), round(100 * low), round(100 * high))


def _checked(row: Any, language: str, today: date) -> Checked:
    name = row["names"].get(language) or next(iter(row["names"].values()))
    past = row["role"] != "emergency" and date.fromisoformat(row["recheck_by"]) < today
    return Checked(str(name), str(row["recheck_by"]), past)
