"""Every text that a person reads, with the place where it stands."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from app.responders.guided.data import load_guided
from app.web.words import load_words
from guardrails.values import Language

HOME = Path(__file__).parents[2]
HERE = Path(__file__).parent
HEADER = {"owner", "date", "status"}
_NOT_READ = {  # keys of tools and guard texts that only the program reads
    *HEADER,
    "id",
    "kind",
    "of",
    "group",
    "fits",
    "claim",
    "beliefs",
    "kinds",
    "levels",
    "source",
    "source_date",
    "minutes",
    "asks_yes_or_no",
    "either_or",
    "rows",
}
_LOOSE = {"echo", "both", "offered_by_guard"}  # pieces of sentences of the guided conversation
_MARK = re.compile(r"\[([^\]]+)\]\([^)]*\)|[*_`]|^#+ |^- |^> ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Rules:
    """What a language asks of its texts."""

    longest: int
    average: int
    hard: dict[str, str]  # pattern to the simple word
    idioms: tuple[str, ...]
    allowed: frozenset[str]


def rules(language: Language) -> Rules:
    """The word lists of a language."""
    data = tomllib.loads((HERE / f"plain-{language.value}.toml").read_text(encoding="utf-8"))
    return Rules(
        longest=data["longest"],
        average=data["average"],
        hard=data["hard"],
        idioms=tuple(data["idioms"]["list"]),
        allowed=frozenset(data["allowed"]["list"]),
    )


def texts(language: Language) -> Iterator[tuple[str, str]]:
    """(place, text) of everything a person can be shown: pages, guided lines, tools, guard texts, *Leren*."""
    words = load_words(HOME)[language]
    yield from ((f"interface/{key}", text) for key, text in words.sentences.items())
    yield from ((f"interface/{key}", text) for key, lines in words.lists.items() for text in lines)
    guided = load_guided(HOME, language)
    yield from ((f"guided/{place}", text) for place, text in guided.texts() if place not in _LOOSE)
    answers = tomllib.loads((HOME / "prompts" / language.value / "guided" / "answers.toml").read_text(encoding="utf-8"))
    yield from ((f"guided/answers{place}", text) for place, text in _walk(answers, ""))
    for folder in ("tools", "guard"):
        for path in sorted((HOME / "prompts" / language.value / folder).glob("*.toml")):
            data = tomllib.loads(path.read_text(encoding="utf-8"))
            yield from ((f"{folder}/{path.stem}{place}", text) for place, text in _walk(data, ""))
    for path in sorted((HOME / "prompts" / language.value / "learn").glob("*.md")):
        yield from ((f"learn/{path.stem}", _MARK.sub(_plain, part)) for part in _body(path).split("\n") if part.strip())


def sentences(text: str) -> list[str]:
    """The sentences of a text; a colon ends one, as a reader pauses there."""
    return [part for part in re.split(r"(?<=[.?:])\s+|(?<=[.?]’)\s+|\n", text) if part.strip()]


def _plain(found: re.Match[str]) -> str:
    return found.group(1) or ""


def _body(path: Path) -> str:
    """A page of *Leren* without its header."""
    return path.read_text(encoding="utf-8").split("+++", 2)[2]


def _walk(value: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in cast("dict[str, Any]", value).items():
            if name not in _NOT_READ:
                yield from _walk(inner, f"{place}.{name}")
    elif isinstance(value, list):
        for inner in cast("list[Any]", value):
            yield from _walk(inner, place)
    elif isinstance(value, str):
        yield place, value
