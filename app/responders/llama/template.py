"""Turns a conversation into tokens: the template's own markers become control tokens, a person's text never.

The template is rendered with a placeholder for each message. Only what stands between the placeholders is
tokenised with control tokens allowed; every message is tokenised apart, as ordinary characters.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NoReturn, cast

from jinja2 import TemplateError as JinjaError
from jinja2 import nodes
from jinja2.ext import Extension, loopcontrols
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

from app.responders.llama.history import BREAK, Turn

MAX_TEMPLATE = 100_000  # characters; the longest of the offered models has some 20 000
MAX_RENDERED = 1_000_000
PLACEHOLDER = "\ue000{}\ue001"
PLACEHOLDERS = re.compile("\ue000([0-9]+)\ue001")
ANCHOR = "\n"

Tokenise = Callable[[str, bool], list[int]]
"""(text, control tokens allowed) to token ids, without a start token of its own."""


class TemplateError(Exception):
    """The model's chat template cannot be used; never holds text of a message."""


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of a prompt: markers of the template, or the turn with index `turn`."""

    tokens: tuple[int, ...]
    turn: int | None = None


class _GenerationTags(Extension):
    """Lets the tag `{% generation %}`, which only training needs, pass."""

    tags = {"generation"}  # noqa: RUF012  the attribute jinja2 reads

    def parse(self, parser: Parser) -> list[nodes.Node]:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


class ChatTemplate:
    """A chat template from a GGUF file, in jinja2's immutable sandbox."""

    def __init__(self, source: str, *, start: str = "", end: str = "", today: date) -> None:
        """`start` and `end` are the texts of the model's first and last token. Raises TemplateError."""
        if len(source) > MAX_TEMPLATE or "\ue000" in source:
            raise TemplateError
        environment = ImmutableSandboxedEnvironment(
            trim_blocks=True, lstrip_blocks=True, extensions=[_GenerationTags, loopcontrols]
        )
        filters = cast("dict[str, object]", environment.filters)  # pyright: ignore[reportUnknownMemberType]
        filters["tojson"] = _to_json
        self._globals = {
            "bos_token": start,
            "eos_token": end,
            "add_generation_prompt": True,
            "enable_thinking": False,
            "raise_exception": _refuse,
            "strftime_now": today.strftime,
            "tools": None,
        }
        try:
            self._template = environment.from_string(source)
        except JinjaError:
            raise TemplateError from None
        self._own_system = self._takes_system()

    def pieces(self, turns: Sequence[Turn]) -> list[tuple[str, Turn | None]]:
        """The template's text, and the turns in their places between it. Raises TemplateError."""
        placed = list(turns) if self._own_system else _system_into_first(turns)
        rendered = self._render(placed)
        parts = PLACEHOLDERS.split(rendered)
        if [int(index) for index in parts[1::2]] != list(range(len(placed))):
            raise TemplateError
        pieces: list[tuple[str, Turn | None]] = []
        for at, part in enumerate(parts):
            pieces.append((part, None) if at % 2 == 0 else ("", placed[int(part)]))
        return [piece for piece in pieces if piece[0] or piece[1] is not None]

    def _render(self, turns: Sequence[Turn]) -> str:
        messages = [{"role": turn.role, "content": PLACEHOLDER.format(index)} for index, turn in enumerate(turns)]
        rendered: list[str] = []
        length = 0
        try:
            for part in self._template.generate(messages=messages, **self._globals):
                rendered.append(part)
                length += len(part)
                if length > MAX_RENDERED:
                    raise TemplateError
        except (
            JinjaError,
            TypeError,
            ValueError,
            LookupError,
            ArithmeticError,
            AttributeError,
            RecursionError,
        ):
            raise TemplateError from None
        return "".join(rendered)

    def _takes_system(self) -> bool:
        """Whether the system message has its own place, before everything else."""
        roles = ("system", "user", "assistant", "user")
        probe = [Turn(role, ("",)) for role in roles]
        try:
            found = [int(index) for index in PLACEHOLDERS.findall(self._render(probe))]
        except TemplateError:
            return False
        return found == list(range(len(probe)))


def tokens_of(pieces: Sequence[tuple[str, Turn | None]], tokenise: Tokenise) -> list[Section]:
    """Each piece as tokens: control tokens only from the template's text, never from a turn.

    Every piece but the first is tokenised behind a line break that is taken off again: some vocabularies
    put a space before whatever comes first.
    """
    anchor = tokenise(ANCHOR, False)

    def apart(text: str, special: bool) -> list[int]:
        tokens = tokenise(ANCHOR + text, special) if text else anchor
        if tokens[: len(anchor)] == anchor:
            return tokens[len(anchor) :]
        return tokenise(text, special)  # the line break melted into the text: no space is added here

    sections: list[Section] = []
    turns = 0
    for text, turn in pieces:
        if turn is None:
            sections.append(Section(tuple(apart(text, True) if sections else tokenise(text, True))))
        else:
            sections.append(Section(tuple(token for part in turn.parts for token in apart(part, False)), turns))
            turns += 1
    return sections


def _system_into_first(turns: Sequence[Turn]) -> list[Turn]:
    """For templates without a system role: its text at the head of the person's first message."""
    if not turns or turns[0].role != "system":
        return list(turns)
    first = Turn("user", (*turns[0].parts, BREAK, *turns[1].parts))
    return [first, *turns[2:]]


def _to_json(value: object, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)


def _refuse(_message: str) -> NoReturn:
    raise TemplateError
