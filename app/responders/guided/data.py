"""The reviewed texts of the guided conversation, read once per language."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guardrails.phrases import PhraseBook, Words
from guardrails.values import Language


class GuidedDataError(Exception):
    """A file under prompts/<language>/guided cannot be used; the message names the file and entry."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A topic, feeling or need: the words by which it is known, and what can be said about it."""

    id: str
    says: tuple[str, ...] = ()  # statements
    asks: tuple[str, ...] = ()  # open questions
    offers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verbs:
    """How a sentence about "ik" becomes one about "je"."""

    words: Mapping[str, str]  # "mijn" → "je"
    verbs: Mapping[str, str]  # "ben" → "bent"
    unchanged: frozenset[str]  # past forms that stay as they are


@dataclass(frozen=True, slots=True)
class GuidedData:
    """Everything the guided conversation can say in one language."""

    language: Language
    topics: Mapping[str, Entry]
    feelings: Mapping[str, Entry]
    needs: Mapping[str, Entry]
    general: Entry
    lines: Mapping[str, tuple[str, ...]]  # fixed moments: "unhelpful", "goodbye", "order.1", "crisis.suicide.now", …
    verbs: Verbs
    book: PhraseBook

    def found(self, words: Words, of: str) -> tuple[str, ...]:
        """Ids of the topics, feelings or needs whose words are in a message, in the order of the file."""
        hits = {match.owner for match in self.book.find(words)}
        table = {"topic": self.topics, "feeling": self.feelings, "need": self.needs}[of]
        return tuple(name for name in table if f"{of}.{name}" in hits)


def load_guided(home: Path, language: Language) -> GuidedData:
    """Read prompts/<language>/guided/*.toml; raises `GuidedDataError`."""
    folder = home / "prompts" / language.value / "guided"
    files = {name: _read(folder / f"{name}.toml") for name in ("topics", "feelings", "needs", "lines", "verbs")}
    patterns: list[tuple[str, str]] = []
    tables: dict[str, dict[str, Entry]] = {}
    for kind, name in (("topic", "topics"), ("feeling", "feelings"), ("need", "needs")):
        tables[kind] = {}
        for row in files[name].get(kind, []):
            entry = _entry(row, name)
            tables[kind][entry.id] = entry
            patterns += [(f"{kind}.{entry.id}", pattern) for pattern in row.get("words", [])]
    verbs = files["verbs"]
    return GuidedData(
        language=language,
        topics=tables["topic"],
        feelings=tables["feeling"],
        needs=tables["need"],
        general=_entry({"id": "general", **files["lines"].get("general", {})}, "lines"),
        lines={key: tuple(value) for key, value in _flat(files["lines"], "").items()},
        verbs=Verbs(verbs["words"], verbs["verbs"], frozenset(verbs["unchanged"])),
        book=PhraseBook(patterns),
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise GuidedDataError(
            f"{path.parent.parent.name}/{path.name} cannot be read: {type(error).__name__}"
        ) from error


def _entry(row: Mapping[str, Any], name: str) -> Entry:
    if "id" not in row:
        raise GuidedDataError(f"{name}.toml: an entry has no id")
    return Entry(row["id"], tuple(row.get("says", ())), tuple(row.get("asks", ())), tuple(row.get("offers", ())))


def _flat(table: Mapping[str, Any], prefix: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in table.items():
        if isinstance(value, dict):
            found.update(_flat(value, f"{prefix}{name}."))  # pyright: ignore[reportUnknownArgumentType]
        elif isinstance(value, list):
            found[prefix + name] = [str(item) for item in value]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return found
