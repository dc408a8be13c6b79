"""Probe files: JSON lines of the repository, own JSON lines and CSV; read line by line, within bounds."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from app.probe.talk import parse_talk
from app.probe.values import LONGEST_TEXT, MOST_ROWS, MOST_SAID, Probe, ProbeError, ReplyProbe, Said
from guardrails.statistics.examples import ReplyExample, RiskExample
from guardrails.values import Level

LARGEST_FILE = 32 * 1024 * 1024  # bytes
LONGEST_LINE = 256 * 1024  # bytes
_LEVELS = {level.label: level for level in Level}
_NEEDED = frozenset({"id", "text", "level"})
_SUFFIXES = (".jsonl", ".csv")


def read_probes(path: Path) -> Iterator[Probe | ReplyProbe]:
    """The probes of one file, in order. Raises `ProbeError`, at the latest at the line that cannot be used."""
    name = path.name
    if path.suffix.lower() not in _SUFFIXES:
        raise ProbeError("suffix", file=name)
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ProbeError("too_large", file=name)
        with path.open("rb") as file:
            lines = _lines(file, name)
            rows = _csv(lines, name) if path.suffix.lower() == ".csv" else _jsonl(lines, name)
            count = 0
            for count, (line, row) in enumerate(rows, start=1):
                if count > MOST_ROWS:
                    raise ProbeError("too_many", file=name)
                yield _probe(row, path.stem, name, line)
    except OSError:
        raise ProbeError("no_file", file=name) from None
    if not count:
        raise ProbeError("empty", file=name)


def risk_probes(found: Iterable[Probe | ReplyProbe]) -> Iterator[Probe]:
    return (probe for probe in found if isinstance(probe, Probe))


def _lines(file: Iterable[bytes], name: str) -> Iterator[tuple[int, str]]:
    for number, raw in enumerate(file, start=1):
        if len(raw) > LONGEST_LINE:
            raise ProbeError("too_long", file=name, line=number)
        if b"\0" in raw:
            raise ProbeError("binary", file=name)
        try:
            yield number, raw.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError:
            raise ProbeError("binary", file=name) from None


def _jsonl(lines: Iterator[tuple[int, str]], name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in lines:
        if not line.strip():
            continue
        try:
            row: object = json.loads(line)
        except (ValueError, RecursionError):
            raise ProbeError("line", file=name, line=number) from None
        if not isinstance(row, dict):
            raise ProbeError("line", file=name, line=number)
        yield number, cast("dict[str, Any]", row)


def _csv(lines: Iterator[tuple[int, str]], name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    _, head = next(lines, (1, ""))
    mark = max(";,\t", key=head.count)
    columns = [column.strip().lower() for column in next(csv.reader([head], delimiter=mark), list[str]())]
    if not set(columns) >= _NEEDED or len(set(columns)) != len(columns):
        raise ProbeError("columns", file=name, line=1)
    reader = csv.reader((line for _, line in lines), delimiter=mark, strict=True)
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(columns):
                raise ProbeError("line", file=name, line=reader.line_num + 1)
            yield reader.line_num + 1, {key: cell for key, cell in zip(columns, cells, strict=True) if cell != ""}
    except csv.Error:
        raise ProbeError("line", file=name, line=reader.line_num + 1) from None


def _probe(row: Mapping[str, Any], stem: str, name: str, line: int) -> Probe | ReplyProbe:
    """Raises `ProbeError` naming the line."""
    try:
        return _reply(row, stem) if "reply" in row else _message(row, stem)
    except KeyError:
        raise ProbeError("columns", file=name, line=line) from None
    except (ValueError, TypeError, ProbeError):
        raise ProbeError("line", file=name, line=line) from None


def _message(row: Mapping[str, Any], stem: str) -> Probe:
    level = _LEVELS.get(str(row["level"]).strip().lower())
    if level is None:
        raise ValueError
    allowed = frozenset({level, *(_LEVELS[str(name)] for name in cast("list[Any]", row.get("ok_levels") or ()))})
    context = _context(row.get("context"))
    example = RiskExample(
        id=_id(row["id"]),
        language=_name(row.get("lang") or row.get("language") or ""),
        text=_text(row["text"]),
        level=level,
        kind=_name(row.get("kind") or ("none" if level is Level.NONE else "unknown")),
        slice=_name(row.get("slice") or "none"),
        allowed=allowed,
        before=tuple(said.text for said in context if said.role == "user"),
    )
    return Probe(stem, example, context)


def _reply(row: Mapping[str, Any], stem: str) -> ReplyProbe:
    kinds = tuple(_name(kind) for kind in cast("list[Any]", row.get("kinds") or ()) if kind != "none")
    bad = tuple(_text(span) for span in cast("list[Any]", row.get("bad_spans") or ()))
    language = _name(row.get("lang") or row.get("language") or "")
    return ReplyProbe(stem, ReplyExample(_id(row["id"]), language, _text(row["user"]), _text(row["reply"]), kinds, bad))


def _context(value: object) -> tuple[Said, ...]:
    if value is None or value == "":
        return ()
    if isinstance(value, str):
        if not value.lstrip().startswith("["):
            return parse_talk(value)
        value = json.loads(value)
    if not isinstance(value, list) or len(cast("list[Any]", value)) > MOST_SAID:
        raise ValueError
    said: list[Said] = []
    for turn in cast("list[Any]", value):
        role = turn["role"]
        if role not in ("user", "assistant"):
            raise ValueError
        said.append(Said(role, _text(turn["text"])))
    return tuple(said)


def _id(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise TypeError
    return _name(str(value))


def _name(value: object) -> str:
    if not isinstance(value, str) or len(value) > 120:
        raise TypeError
    return " ".join(value.split())


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        raise TypeError
    return value
