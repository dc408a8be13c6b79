"""A paper: a person's own answers, step by step. Nothing is added to them and nothing falls out."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from app.tools.tool import CONVERSATION, Step, Tool

Row = tuple[str, ...]
Answer = str | tuple[Row, ...]
"""Text as it was typed (text, list), or rows: (thing, pile) · ("item" or "option", chosen) · (thing, fields …) ·
(fields …)."""

Answers = Mapping[str, Answer]
PART = 40
"""So many things stand on one page of a step; the others follow on the next."""

PART_OF_PAIRS = 8
MOST_ROWS = 20


def items(text: str) -> tuple[str, ...]:
    """The things of a list: every line with something on it, in its own words."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def things(step: Step, answers: Answers, lines: Sequence[str] = ()) -> tuple[str, ...]:
    """The things a step is about: those of an earlier list, or `lines` of the conversation."""
    if step.of == CONVERSATION:
        return tuple(lines)
    text = answers.get(step.of, "")
    return items(text) if isinstance(text, str) else ()


def rows_shown(step: Step, answers: Answers) -> tuple[Row, ...]:
    """What stands in the fields of a `piles` or `pairs` step: each thing with what was said of it so far."""
    had, width = rows_of(answers.get(step.id, ())), len(step.words)
    if step.of:
        empty = 1 if step.kind == "piles" else width
        left = list(had)
        return tuple((thing, *_taken(left, thing, empty)) for thing in things(step, answers))
    filled = [(*row, *[""] * width)[:width] for row in had]
    extra = 0 if step.rows == 1 else min(2, MOST_ROWS - len(filled))
    wanted = max(step.rows, len(filled) + max(extra, 0))
    return (*filled, *((("",) * width),) * (wanted - len(filled)))


def part_size(step: Step) -> int:
    """How many rows of a step stand on one page."""
    if step.kind == "piles":
        return PART
    return PART_OF_PAIRS if step.of else MOST_ROWS * 100


def answer(step: Step, form: Mapping[str, str], answers: Answers, lines: Sequence[str] = (), part: int = 0) -> Answer:
    """The new answer of a step from the fields of its page; the rows of other parts stay as they were."""
    if step.kind in ("text", "list"):
        return form.get("text", "")
    if step.kind == "choice":
        return _chosen(step, form.get("choice", ""), things(step, answers, lines), answers.get(step.id, ()))
    if step.kind == "timer":
        return ""
    fields = ("pile",) if step.kind == "piles" else tuple(word.id for word in step.words)
    new: list[Row] = []
    size = part_size(step)
    for number, row in enumerate(rows_shown(step, answers)):
        head = row[:1] if step.of else ()
        values = tuple(form.get(f"{field}-{number}", "").strip() for field in fields)
        here = number // size == part
        new.append((*head, *values) if here else row)
    filled = [row for row in new if any(row[len(row) - len(fields) :])]
    return tuple(new if step.of and filled else filled)


def with_answer(answers: Answers, step: Step, new: Answer) -> Answers:
    """The answers with that of one step in place of the old one."""
    return {**{name: old for name, old in answers.items() if name != step.id}, **({step.id: new} if new else {})}


def rows_of(value: Answer) -> tuple[Row, ...]:
    return () if isinstance(value, str) else value


def words_of(tool: Tool, name: str, value: Answer) -> str:
    """What the person wrote in one step, for the guard: not the names of piles and options."""
    step = tool.step(name)
    if isinstance(value, str) or step is None:
        return value if isinstance(value, str) else ""
    if step.kind == "pairs":
        return "\n".join(cell for row in value for cell in row[1 if step.of else 0 :] if cell)
    return ""


def written(answers: Answers) -> str:
    """Everything in a paper that is a person's own text or was taken from it."""
    return "\n".join(_cells(answers))


def to_body(answers: Answers) -> str:
    return json.dumps({"version": 1, "answers": answers}, ensure_ascii=False)


def from_body(body: str) -> Answers:
    """The answers of a stored paper; what is not of this shape is left out."""
    try:
        found = json.loads(body)["answers"]
    except (ValueError, KeyError, TypeError):
        return {}
    return {str(name): _answer_of(value) for name, value in cast("Mapping[str, Any]", found).items()}


def _answer_of(value: Any) -> Answer:
    return value if isinstance(value, str) else tuple(tuple(str(cell) for cell in row) for row in value)


def _taken(left: list[Row], thing: str, width: int) -> Row:
    """What was said of this thing, once: the same thing may stand in a list twice."""
    for row in left:
        if row[0] == thing:
            left.remove(row)
            return (*row[1:], *[""] * width)[:width]
    return ("",) * width


def _chosen(step: Step, value: str, choices: Sequence[str], before: Answer) -> Answer:
    kind, _, which = value.partition("-")
    if kind == "item" and which.isdecimal() and int(which) < len(choices):
        return (("item", choices[int(which)]),)
    if kind == "option" and any(word.id == which for word in step.words):
        return (("option", which),)
    return before if value == "kept" else ()


def _cells(answers: Answers) -> Iterator[str]:
    for value in answers.values():
        if isinstance(value, str):
            yield value
        else:
            yield from (cell for row in value for cell in row if cell)
