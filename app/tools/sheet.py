"""A paper on one page: the same sections for the screen, the printer and a Markdown file."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.tools.paper import Answers, Row, rows_of, rows_shown
from app.tools.tool import Step, Tool


@dataclass(frozen=True, slots=True)
class Group:
    """Lines under a small heading, or under none."""

    heading: str = field(repr=False)
    lines: tuple[str, ...] = field(repr=False)
    listed: bool = True


@dataclass(frozen=True, slots=True)
class Section:
    """One step of a paper, as it was answered."""

    step: Step
    groups: tuple[Group, ...] = field(repr=False)


def sheet(tool: Tool, answers: Answers, unsorted: str) -> tuple[Section, ...]:
    """The steps that can hold something, in order; `unsorted` is the heading of what lies on no pile."""
    return tuple(Section(s, _groups(s, answers, unsorted)) for s in tool.steps if s.kind != "timer")


def plain_text(tool: Tool, answers: Answers) -> str:
    """A paper as short lines for a reader that knows nothing of tools; "" when nothing was written."""
    lines: list[str] = []
    for section in sheet(tool, answers, ""):
        said = [line for group in section.groups for line in (group.heading, *group.lines) if line]
        lines += [f"{section.step.title}: {'; '.join(said)}"] if said else []
    return "\n".join(lines)


def markdown(tool: Tool, sections: Sequence[Section], notes: Sequence[str]) -> str:
    """A file that a person can read anywhere."""
    lines = [f"# {tool.title}", ""]
    for section in sections:
        if section.groups:
            lines += [f"## {section.step.title}", ""]
        for group in section.groups:
            lines += [f"### {group.heading}", ""] if group.heading else []
            lines += [f"- {line}" if group.listed else line for line in group.lines] + [""]
    return "\n".join([*lines, "---", "", *notes, ""])


def _groups(step: Step, answers: Answers, unsorted: str) -> tuple[Group, ...]:
    value = answers.get(step.id, "")
    if step.kind == "piles":
        return _piled(step, rows_shown(step, answers), unsorted)
    if step.kind == "pairs":
        return _paired(step, rows_of(value))
    if step.kind == "choice":
        names = {word.id: word.text for word in step.words}
        chosen = tuple(names.get(row[1], row[1]) if row[0] == "option" else row[1] for row in rows_of(value))
        return (Group("", chosen, listed=False),) if chosen else ()
    text = value if isinstance(value, str) else ""
    lines = tuple(line for line in text.splitlines() if line.strip())
    return (Group("", lines, listed=step.kind == "list"),) if lines else ()


def _piled(step: Step, rows: Sequence[Row], unsorted: str) -> tuple[Group, ...]:
    if not any(pile for _, pile in rows):
        return ()
    known = [word.id for word in step.words]
    groups = [Group(word.text, tuple(t for t, pile in rows if pile == word.id)) for word in step.words]
    groups.append(Group(unsorted, tuple(t for t, pile in rows if pile not in known)))
    return tuple(group for group in groups if group.lines)


def _paired(step: Step, rows: Sequence[Row]) -> tuple[Group, ...]:
    groups: list[Group] = []
    for row in rows:
        head, cells = (row[0], row[1:]) if step.of else ("", row)
        named = [(word.text, cell) for word, cell in zip(step.words, cells, strict=False) if cell]
        if step.of or step.rows == 1:
            groups += [Group(head, tuple(f"{name}: {' '.join(cell.splitlines())}" for name, cell in named))]
        else:
            groups += [Group("", (" · ".join(cell for _, cell in named),))]
    return tuple(group for group in groups if group.lines)
