"""A change file: accepted wording from a workshop, looked at and applied by a maintainer."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.responders.guided.guided import GuidedResponder
from app.studio.differences import lines
from app.studio.exports import CHANGES
from app.studio.overlay import Change, changed, overlay, read
from app.studio.values import StudioError
from guardrails.guard import load

_LARGEST = 4 * 1024 * 1024


class _Row(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)
    path: str
    before: str
    after: str
    why: str = ""
    decision: str = ""
    clinician: str = ""


class _File(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)
    format: Literal["klankbord-changes-1"] = Field(default=CHANGES)
    changes: list[_Row]


@dataclass(frozen=True, slots=True)
class Review:
    """What a change file would do: per file the whole new text, and all of it as a difference to read."""

    texts: dict[str, str]
    difference: str
    count: int


def review(home: Path, file: Path) -> Review:
    """Read and try a change file; writes nothing. Raises `StudioError`: bad_changes, does_not_fit, change_breaks, …"""
    try:
        if file.stat().st_size > _LARGEST:
            raise StudioError("bad_changes")
        found = _File.model_validate_json(file.read_bytes())
    except (OSError, ValidationError, ValueError):
        raise StudioError("bad_changes") from None
    changes = tuple(Change(row.path, row.before, row.after) for row in found.changes)
    texts = changed(home, changes)
    _must_work(overlay(home, changes))
    shown = "\n".join(lines(path, read(home, path), text) for path, text in texts.items())
    return Review(texts, shown, len(changes))


def apply(home: Path, found: Review) -> None:
    """Write what was reviewed, each file whole or not at all."""
    for path, text in found.texts.items():
        target = home / path
        beside = target.with_name(target.name + ".new")
        beside.write_text(text, encoding="utf-8", newline="\n")
        beside.replace(target)


def _must_work(home: Path) -> None:
    try:
        load(home)
        GuidedResponder.load(home)
    except StudioError:
        raise
    except Exception as error:
        raise StudioError("change_breaks") from error
