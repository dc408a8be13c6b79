"""The reviewed texts of the guided conversation, read once per language."""

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from app.responders.guided.grammar import Grammar
from guardrails.humanness.shaping import is_question, key
from guardrails.phrases import PhraseBook, Words
from guardrails.sentences import sentences
from guardrails.values import Language

SentenceKind = Literal["mirror", "statement", "question", "offer"]

TABLES = {"topic": "topics", "feeling": "feelings", "need": "needs", "act": "acts", "cue": "cues", "shape": "cues"}
"""Kinds of entries, and the file under prompts/<language>/guided in which each stands."""


class GuidedDataError(Exception):
    """A file under prompts/<language>/guided cannot be used; the message names the file and entry."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something a message may be about or do: the words by which it is known, and what can be said to it."""

    id: str
    says: tuple[str, ...] = ()  # statements
    asks: tuple[str, ...] = ()  # open questions
    offers: tuple[str, ...] = ()  # names under [offer] in lines.toml
    flow: str = ""  # the steps that begin at once, because they were asked for
    max_words: int = 0  # counts only in messages this short; 0 for any
    mirror: bool = False  # an act or need that goes with the person's own words
    first: bool = False  # an act that goes before everything else: the person is not content
    broad: bool = False  # a topic that is often only touched on
    whole: bool = False  # counts only when nothing else is in the message
    without: tuple[str, ...] = ()  # ids of other entries beside which this one does not count


@dataclass(frozen=True, slots=True)
class Found:
    """What a message is about: ids per table, and in how many places each of them was found."""

    ids: Mapping[str, tuple[str, ...]]
    places: Mapping[str, int]

    def often(self, table: str, name: str) -> int:
        return self.places.get(f"{table}.{name}", 0)


@dataclass(frozen=True, slots=True)
class GuidedData:
    """Everything the guided conversation can say in one language."""

    language: Language
    tables: Mapping[str, Mapping[str, Entry]]
    general: Entry
    lines: Mapping[str, tuple[str, ...]]  # fixed moments: "goodbye", "flow.worry", "crisis.suicide.now", …
    grammar: Grammar
    book: PhraseBook
    kinds: Mapping[str, SentenceKind] = field(repr=False)  # of every fixed sentence, by its key

    def find(self, words: Words, count: int) -> "Found":
        """The entries whose words are in a message of `count` words: per table, in the order of the file."""
        last = len(words.row.rstrip(" .?"))
        matches = tuple(self.book.find(words))
        hits = {(match.owner, match.start <= 1 and match.end >= last) for match in matches}
        places = {(match.owner, match.start) for match in matches}
        found: dict[str, tuple[str, ...]] = {}
        for name, table in self.tables.items():
            ids = [
                e.id
                for e in table.values()
                if (not e.max_words or count <= e.max_words)
                and ((f"{name}.{e.id}", True) in hits or (not e.whole and (f"{name}.{e.id}", False) in hits))
            ]
            found[name] = tuple(id for id in ids if not set(table[id].without) & set(ids))
        return Found(found, Counter(owner for owner, _ in places))

    def texts(self) -> Iterator[tuple[str, str]]:
        """Every text that can be said, with the place where it stands; for the checks of what is reviewed."""
        for name, table in self.tables.items():
            for entry in table.values():
                yield from ((f"{name}.{entry.id}", text) for text in (*entry.says, *entry.asks))
        yield from (("general", text) for text in (*self.general.says, *self.general.asks))
        yield from ((place, text) for place, lines in self.lines.items() for text in lines)


def load_guided(home: Path, language: Language) -> GuidedData:
    """Read prompts/<language>/guided/*.toml; raises `GuidedDataError`."""
    folder = home / "prompts" / language.value / "guided"
    names = {*TABLES.values(), "lines", "grammar"}
    files = {name: _read(folder / f"{name}.toml") for name in sorted(names)}
    patterns: list[tuple[str, str]] = []
    tables: dict[str, dict[str, Entry]] = {}
    for kind, name in TABLES.items():
        tables[kind] = {}
        for row in files[name].get(kind, []):
            entry = _entry(row, name)
            tables[kind][entry.id] = entry
            patterns += [(f"{kind}.{entry.id}", pattern) for pattern in row.get("words", [])]
    general = _entry({"id": "general", **files["lines"].pop("general", {})}, "lines")
    lines = {place: tuple(value) for place, value in _flat(files["lines"], "").items()}
    return GuidedData(
        language=language,
        tables=tables,
        general=general,
        lines=lines,
        grammar=_grammar(files["grammar"], language),
        book=PhraseBook(patterns),
        kinds=_kinds([general, *(entry for table in tables.values() for entry in table.values())], lines),
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
    return Entry(
        id=row["id"],
        says=tuple(row.get("says", ())),
        asks=tuple(row.get("asks", ())),
        offers=tuple(row.get("offers", ())),
        flow=row.get("flow", ""),
        max_words=row.get("max_words", 0),
        mirror=row.get("mirror", False),
        first=row.get("first", False),
        broad=row.get("broad", False),
        whole=row.get("whole", False),
        without=tuple(row.get("without", ())),
    )


def _grammar(table: Mapping[str, Any], language: Language) -> Grammar:
    try:
        return Grammar.of(table, language)
    except (KeyError, ValueError) as error:
        raise GuidedDataError(f"{language.value}/grammar.toml cannot be used: {type(error).__name__}") from error


def _kinds(entries: Iterable[Entry], lines: Mapping[str, tuple[str, ...]]) -> dict[str, SentenceKind]:
    """What kind each fixed sentence is, so that the rows of earlier replies can be read back from their text."""
    kinds: dict[str, SentenceKind] = {}
    for entry in entries:
        kinds.update({key(part): "statement" for text in entry.says for part in sentences(text)})
        kinds.update({key(part): "question" for text in entry.asks for part in sentences(text)})
    for place, texts in lines.items():
        for part in (part for text in texts for part in sentences(text)):
            fixed: SentenceKind = "question" if is_question(part) else "statement"
            kinds[key(part)] = "offer" if place.startswith("offer.") else fixed
    return kinds


def _flat(table: Mapping[str, Any], prefix: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in table.items():
        if isinstance(value, dict):
            found.update(_flat(value, f"{prefix}{name}."))  # pyright: ignore[reportUnknownArgumentType]
        elif isinstance(value, list):
            found[prefix + name] = [str(item) for item in value]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return found
