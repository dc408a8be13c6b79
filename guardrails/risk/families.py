"""Loads the reviewed phrase families: what people say when they are in danger, and how grave it is.

A file `families/<kind>.<nl|en>.toml` has `owner`, `date` and `status`, optional [groups] (named alternatives),
optional [cues] (named lists of patterns) and [[family]] rows. Cues and groups are shared by all files. A row:

    id        unique, lower case with dots: "suicide.wish"
    kind      a Kind; level: concern | elevated | imminent; ground: said | guessed; door: now | soon (imminent)
    weak      0.1 to 1.0 in place of a level: sets no level, adds up over turns
    patterns  in the language of `guardrails/phrases.py`; one is enough
    unless    patterns that silence it in the same sentence
    also      cues that must be somewhere in the message; nowhere: cues that must not
    scopes    what may lift or change it; default all of SCOPES
    other     true: always about someone else; false: never; left out: the sentence decides
    fires     two or more sentences on which it fires; silent: two or more on which it does not
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from guardrails.values import Door, Ground, Kind, Level

SCOPES = frozenset({"negation", "past", "other", "quoted", "fiction", "idiom"})
_HEADER = ("owner", "date", "status")
_KEYS = frozenset("id kind level ground door weak patterns unless also nowhere scopes other fires silent".split())
_LEVELS = {level.label: level for level in Level if level}


class FamilyError(ValueError):
    """A family file is wrong; the sentence names the file, the family and what to mend."""


@dataclass(frozen=True, slots=True)
class Family:
    """One way in which danger is said, with everything that tests and changes it."""

    id: str
    kind: Kind
    level: Level
    ground: Ground
    patterns: tuple[str, ...]
    door: Door | None = None
    weak: float = 0.0
    unless: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    nowhere: tuple[str, ...] = ()
    scopes: frozenset[str] = SCOPES
    other: bool | None = None
    fires: tuple[str, ...] = field(default=(), repr=False)
    silent: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Families:
    """Every family of every file, with the groups and cues they share."""

    rows: tuple[Family, ...]
    groups: Mapping[str, str]
    cues: Mapping[str, tuple[str, ...]]


def load_families(folder: Path) -> Families:
    """All families of a folder, in file order. Raises FamilyError, which names file and family."""
    files = sorted(folder.glob("*.toml"))
    if not files:
        raise FamilyError(f"{folder.name}: there is no family file (*.toml) here.")
    groups: dict[str, str] = {}
    cues: dict[str, tuple[str, ...]] = {}
    rows: list[Family] = []
    for path in files:
        data = _load(path)
        groups |= {name: _text(row, path, f"group {name}") for name, row in _table(data, "groups", path).items()}
        cues |= {name: _texts(row, path, f"cue {name}") for name, row in _table(data, "cues", path).items()}
        rows += (_family(row, path) for row in _rows(data, path))
    _check_whole(rows, cues)
    return Families(tuple(rows), groups, cues)


def _load(path: Path) -> dict[str, object]:
    try:
        data: dict[str, object] = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise FamilyError(f"{path.name} is not valid TOML: {error}.") from error
    missing = [key for key in _HEADER if not data.get(key)]
    if missing:
        raise FamilyError(f"{path.name}: add {', '.join(missing)} at the top of the file.")
    return data


def _table(data: Mapping[str, object], key: str, path: Path) -> dict[str, object]:
    table = data.get(key, {})
    if not isinstance(table, dict):
        raise FamilyError(f"{path.name}: write [{key}] as a table.")
    return cast(dict[str, object], table)


def _rows(data: Mapping[str, object], path: Path) -> Iterable[dict[str, object]]:
    rows = data.get("family", [])
    if not isinstance(rows, list):
        raise FamilyError(f"{path.name}: write [[family]] for each family.")
    return cast(list[dict[str, object]], rows)


def _family(row: Mapping[str, object], path: Path) -> Family:
    where = str(row.get("id") or "a family without id")
    unknown = sorted(set(row) - _KEYS)
    if unknown:
        raise FamilyError(f"{path.name}, {where}: take out {', '.join(unknown)}, that key is not known.")
    level, ground, door = _grade(row, path, where)
    scopes = frozenset(_texts(row["scopes"], path, where)) if "scopes" in row else SCOPES
    if scopes - SCOPES:
        raise FamilyError(f"{path.name}, {where}: scopes may be {', '.join(sorted(SCOPES))}.")
    other = row.get("other")
    return Family(
        id=where,
        kind=_kind(row, path, where),
        level=level,
        ground=ground,
        door=door,
        weak=_weak(row, path, where),
        patterns=_texts(row.get("patterns"), path, f"{where}: patterns"),
        unless=_texts(row.get("unless", []), path, where),
        also=_texts(row.get("also", []), path, where),
        nowhere=_texts(row.get("nowhere", []), path, where),
        scopes=scopes,
        other=other if isinstance(other, bool) else None,
        fires=_examples(row, "fires", path, where),
        silent=_examples(row, "silent", path, where),
    )


def _kind(row: Mapping[str, object], path: Path, where: str) -> Kind:
    try:
        return Kind(str(row.get("kind")))
    except ValueError as error:
        raise FamilyError(f"{path.name}, {where}: kind may be {', '.join(Kind)}.") from error


def _grade(row: Mapping[str, object], path: Path, where: str) -> tuple[Level, Ground, Door | None]:
    if "weak" in row:
        if "level" in row:
            raise FamilyError(f"{path.name}, {where}: give a level or weak, not both.")
        return Level.NONE, Ground.GUESSED, None
    level = _LEVELS.get(str(row.get("level")))
    if level is None:
        raise FamilyError(f"{path.name}, {where}: level may be {', '.join(_LEVELS)}.")
    try:
        ground = Ground(str(row.get("ground")))
        door = Door(str(row["door"])) if "door" in row else None
    except ValueError as error:
        raise FamilyError(f"{path.name}, {where}: ground is said or guessed, door is now or soon.") from error
    if (level is Level.IMMINENT) != (door is not None):
        raise FamilyError(f"{path.name}, {where}: imminent needs a door, no other level has one.")
    return level, ground, door


def _weak(row: Mapping[str, object], path: Path, where: str) -> float:
    weak = row.get("weak", 0.0)
    if not isinstance(weak, int | float) or ("weak" in row and not 0.1 <= weak <= 1.0):
        raise FamilyError(f"{path.name}, {where}: weak lies between 0.1 and 1.0.")
    return float(weak)


def _examples(row: Mapping[str, object], key: str, path: Path, where: str) -> tuple[str, ...]:
    examples = _texts(row.get(key, []), path, where)
    if len(examples) < 2:
        raise FamilyError(f"{path.name}, {where}: give two or more examples under {key}.")
    return examples


def _text(value: object, path: Path, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise FamilyError(f"{path.name}, {where}: write one line of text.")
    return value


def _texts(value: object, path: Path, where: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise FamilyError(f"{path.name}, {where}: write a list of texts.")
    return tuple(_text(entry, path, where) for entry in cast(list[object], value))


def _check_whole(rows: Iterable[Family], cues: Mapping[str, object]) -> None:
    seen: set[str] = set()
    for row in rows:
        if row.id in seen:
            raise FamilyError(f"{row.id}: two families have this id, give each its own.")
        seen.add(row.id)
        missing = [cue for cue in (*row.also, *row.nowhere) if cue not in cues]
        if missing:
            raise FamilyError(f"{row.id}: there is no cue named {', '.join(missing)}.")
