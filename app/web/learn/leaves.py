"""The pages of *Leren*: reviewed Markdown with a header in TOML, read once, cleaned before it is shown."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nh3
from markdown_it import MarkdownIt

from app.web.words import LANGUAGES
from guardrails.values import Language

ORDER = (
    "sleep",
    "worry",
    "panic",
    "low_mood",
    "grief",
    "loneliness",
    "stress",
    "self_image",
    "anger",
    "asking_for_help",
)
"""Names of the pages, in the order of the list; the file is prompts/<language>/learn/<name>.md."""

_TAGS = {"h2", "p", "ul", "ol", "li", "em", "strong"}
_FENCE = "+++"


class LeavesError(Exception):
    """A page of *Leren* cannot be used; the message says which."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the facts of a page come from, and when that was looked at (ISO date)."""

    text: str
    url: str
    date: str


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page: its title, its text as clean HTML, its sources, and whether somebody named reviewed it."""

    name: str
    title: str
    html: str
    status: str
    sources: tuple[Source, ...]


def load_leaves(home: Path) -> dict[Language, Mapping[str, Leaf]]:
    """Read every page in both languages. Raises `LeavesError`."""
    return {
        language: {name: _leaf(home / "prompts" / language.value / "learn" / f"{name}.md") for name in ORDER}
        for language in LANGUAGES
    }


def _leaf(path: Path) -> Leaf:
    try:
        _, header, body = path.read_text(encoding="utf-8").split(_FENCE, 2)
        data: dict[str, Any] = tomllib.loads(header)
        return Leaf(
            name=path.stem,
            title=data["title"],
            html=nh3.clean(MarkdownIt("commonmark").render(body), tags=_TAGS, attributes={}),
            status=data["status"],
            sources=tuple(Source(row["text"], row["url"], row["date"]) for row in data["source"]),
        )
    except (OSError, KeyError, ValueError) as error:
        place = f"{path.parent.parent.name}/learn/{path.name}"
        raise LeavesError(f"{place} cannot be used: {type(error).__name__}") from error
