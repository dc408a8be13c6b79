"""Reads reviewed rule files (TOML) and holds their patterns against a text in one pass."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from guardrails.heard import hear
from guardrails.phrases import PhraseBook, Words

_HEADER = ("owner", "date", "status")
_GROUP = re.compile(r"@([a-z_]+)")
_END_CHOICE = re.compile(r"\(([^()]*\$[^()]*)\)")
_NESTING = 4


class RuleFileError(ValueError):
    """A rule file is wrong; the sentence names the file and what to mend."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule: its patterns, what keeps it silent, and the examples that test it."""

    id: str
    label: str
    patterns: tuple[str, ...]
    unless: tuple[str, ...] = ()
    also: tuple[str, ...] = ()  # when given, one of these must match too, anywhere in the message
    fires: tuple[str, ...] = field(default=(), repr=False)
    silent: tuple[str, ...] = field(default=(), repr=False)
    first: bool = False  # goes before every other label of the same message


class Rulebook:
    """Rules of many files, held against a text at once."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = tuple(entries)
        rows: list[tuple[str, str]] = []
        for place, entry in enumerate(self._entries):
            rows += ((f"+{place}", pattern) for pattern in entry.patterns)
            rows += ((f"-{place}", pattern) for pattern in entry.unless)
            rows += ((f"&{place}", pattern) for pattern in entry.also)
        self._book = PhraseBook(rows)

    def warm(self) -> None:
        """Compile every pattern now instead of when it is first needed."""
        self._book.warm()

    def hits(self, words: Words) -> list[Entry]:
        """The rules that match: a pattern, one of `also` when given, nothing of `unless`; in file order."""
        owners = {match.owner for match in self._book.find(words)}
        places = sorted(int(owner[1:]) for owner in owners if owner[0] == "+")
        return [
            self._entries[place]
            for place in places
            if f"-{place}" not in owners and (not self._entries[place].also or f"&{place}" in owners)
        ]


def words_of(text: str) -> Words:
    """The words of a raw message as the rules see them; longer quotations are left out."""
    return hear(text).own


def read_groups(path: Path) -> dict[str, str]:
    """The [groups] of a rule file; an empty mapping when it has none."""
    return _groups(_load(path), path)


def read_entries(path: Path, table: str, label: str, shared: Mapping[str, str]) -> tuple[Entry, ...]:
    """The rules of one file: array `table`, whose key `label` names what a rule stands for."""
    data = _load(path)
    groups = {**shared, **_groups(data, path)}
    rows = data.get(table, [])
    if not isinstance(rows, list):
        raise RuleFileError(f"{path.name}: write [[{table}]] for each rule.")
    return tuple(_entry(cast(dict[str, object], row), label, groups, path) for row in cast(list[object], rows))


def _load(path: Path) -> dict[str, object]:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise RuleFileError(f"{path.name} is not valid TOML: {error}.") from error
    missing = [key for key in _HEADER if key not in data]
    if missing:
        raise RuleFileError(f"{path.name}: add {', '.join(missing)} at the top.")
    return data


def _groups(data: dict[str, object], path: Path) -> dict[str, str]:
    groups = data.get("groups", {})
    if not isinstance(groups, dict):
        raise RuleFileError(f"{path.name}: [groups] must be a table of names and alternatives.")
    return {str(k): str(v) for k, v in cast(dict[object, object], groups).items()}


def _entry(row: dict[str, object], label: str, groups: Mapping[str, str], path: Path) -> Entry:
    name = str(row.get("id", ""))
    if not name or label not in row or not row.get("patterns"):
        raise RuleFileError(f"{path.name}: rule {name!r} needs id, {label} and patterns.")
    return Entry(
        id=name,
        label=str(row[label]),
        patterns=tuple(_spelled_out(row, "patterns", groups, path)),
        unless=tuple(_spelled_out(row, "unless", groups, path)),
        also=tuple(_spelled_out(row, "also", groups, path)),
        fires=_strings(row, "fires", path),
        silent=_strings(row, "silent", path),
        first=bool(row.get("first", False)),
    )


def _strings(row: dict[str, object], key: str, path: Path) -> tuple[str, ...]:
    value = row.get(key, [])
    if not isinstance(value, list):
        raise RuleFileError(f"{path.name}: {key} of rule {row.get('id')!r} must be a list.")
    return tuple(str(item) for item in cast(list[object], value))


def _spelled_out(row: dict[str, object], key: str, groups: Mapping[str, str], path: Path) -> Iterator[str]:
    for pattern in _strings(row, key, path):
        yield from _with_ends(_expand(pattern, groups, path))


def _with_ends(pattern: str) -> Iterator[str]:
    """A `$` among alternatives, (?|$), becomes a pattern of its own: phrases.py reads `$` only as a slot."""
    found = _END_CHOICE.search(pattern)
    if found is None:
        yield pattern
        return
    rows = [row for row in found.group(1).split("|") if row.strip() != "$"]
    before, after = pattern[: found.start()], pattern[found.end() :]
    yield from _with_ends(f"{before}${after}")
    if rows:
        yield from _with_ends(f"{before}({'|'.join(rows)}){after}")


def _expand(pattern: str, groups: Mapping[str, str], path: Path) -> str:
    """Puts the alternatives of named groups in place; groups may name groups."""

    def put(found: re.Match[str]) -> str:
        name = found.group(1)
        if name not in groups:
            raise RuleFileError(f"{path.name}: no group is called @{name}.")
        return "(" + groups[name] + ")"

    for _ in range(_NESTING):
        if "@" not in pattern:
            break
        pattern = _GROUP.sub(put, pattern)
    return pattern
