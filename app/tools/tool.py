"""What a tool is: an ordered list of steps, read from reviewed data that is the same in both languages."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast, get_args

from guardrails.values import Language

Kind = Literal["text", "list", "piles", "choice", "pairs", "timer"]
"""text: some lines · list: one thing a line · piles: each thing on a pile · choice: one of some things ·
pairs: a row of fields for each thing, or rows of one's own · timer: something to do, nothing to write."""

CONVERSATION = "conversation"
"""As `of` of a choice: the person's own lines of the last conversation."""

ORDER = (
    "order_thoughts",
    "map_complaints",
    "g_schema",
    "decision_aid",
    "prepare_session",
    "rehearse",
    "letter",
    "small_step",
    "worry_time",
    "breathe",
    "ground_54321",
    "safety_plan",
    "warning_plan",
    "about_me",
    "close_session",
)
SAFETY_PLAN, ABOUT_ME = "safety_plan", "about_me"
MADE_IN_CALM = frozenset({SAFETY_PLAN, "warning_plan", ABOUT_ME})
"""What is written here about bad moments is a plan for later, and not what is going on now."""


class ToolsError(Exception):
    """A file under prompts/<language>/tools cannot be used; the message names it."""


@dataclass(frozen=True, slots=True)
class Word:
    """A pile, an option or a field: the id that is stored and the words that are shown."""

    id: str
    text: str
    long: bool = False  # a field of some lines


@dataclass(frozen=True, slots=True)
class Step:
    """One page of a tool."""

    id: str
    kind: Kind
    title: str
    hint: str = ""
    of: str = ""  # the step whose things are used here
    words: tuple[Word, ...] = ()  # piles, options or fields
    rows: int = 1  # empty rows of a `pairs` without `of`
    lines: tuple[str, ...] = ()  # what to do, of a timer
    minutes: int = 0
    motion: bool = False  # a calm circle to breathe along with


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool in one language."""

    name: str
    group: str
    title: str
    when: str
    steps: tuple[Step, ...]
    closing: str
    person: str  # the way to people
    source: str
    source_date: str
    single: bool = False  # there is one paper of it, which is changed
    fits: tuple[str, ...] = ()  # ids of needs and topics of the guided conversation

    def step(self, name: str) -> Step | None:
        return next((step for step in self.steps if step.id == name), None)

    def place(self, step: Step) -> int:
        return self.steps.index(step)


Tools = Mapping[str, Tool]


def load_tools(home: Path) -> Mapping[Language, Tools]:
    """Read prompts/<language>/tools/*.toml, in order; raises `ToolsError`, also when the languages differ in form."""
    found = {language: _load(home, language) for language in (Language.NL, Language.EN)}
    for name in ORDER:
        if _form(found[Language.NL][name]) != _form(found[Language.EN][name]):
            raise ToolsError(f"{name}.toml is not the same tool in both languages")
    return found


def fitting_tool(tools: Tools, topic: str) -> str | None:
    """The name of the tool that fits a need or topic of the guided conversation, to be offered and not more."""
    return next((tool.name for tool in tools.values() if topic in tool.fits), None)


def _load(home: Path, language: Language) -> dict[str, Tool]:
    folder = home / "prompts" / language.value / "tools"
    found: dict[str, Tool] = {}
    for name in ORDER:
        try:
            data = tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))
            found[name] = _tool(name, data)
        except (OSError, ValueError, KeyError) as error:
            raise ToolsError(f"{language.value}/tools/{name}.toml cannot be used: {type(error).__name__}") from error
    return found


def _tool(name: str, data: Mapping[str, Any]) -> Tool:
    return Tool(
        name=name,
        group=data["group"],
        title=data["title"],
        when=data["when"],
        steps=tuple(_step(row) for row in data["step"]),
        closing=data["closing"],
        person=data["person"],
        source=data["source"],
        source_date=data["source_date"],
        single=data.get("single", False),
        fits=tuple(data.get("fits", ())),
    )


def _step(row: Mapping[str, Any]) -> Step:
    if row["kind"] not in get_args(Kind):
        raise ValueError(row["kind"])
    long = frozenset(row.get("long", ()))
    words = cast("Mapping[str, str]", row.get("words", {}))
    return Step(
        id=row["id"],
        kind=row["kind"],
        title=row["title"],
        hint=row.get("hint", ""),
        of=row.get("of", ""),
        words=tuple(Word(id, text, id in long) for id, text in words.items()),
        rows=row.get("rows", 1),
        lines=tuple(row.get("lines", ())),
        minutes=row.get("minutes", 0),
        motion=row.get("motion", False),
    )


def _form(tool: Tool) -> tuple[object, ...]:
    steps = tuple(
        (s.id, s.kind, s.of, tuple((w.id, w.long) for w in s.words), s.rows, len(s.lines), s.minutes, s.motion)
        for s in tool.steps
    )
    return (tool.group, tool.single, tool.fits, tool.source_date, steps)
