"""What every page of the bench needs: its own templates and words over those of the person's pages, and no desk."""

from pathlib import Path
from typing import Any, Literal, cast

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined

import app.web.pages as shared
from app.conversation.clock import Clock
from app.conversation.values import Phase, Preferences
from app.probe.bench import Bench
from app.probe.drawing import level_line, pieces
from app.probe.report import share_text
from app.web.door import DeskDoor
from app.web.words import load_words
from guardrails.guard import Guard
from guardrails.values import Card, Country, Language


class NoDesk:
    """The bench has no desk of a person: only the way to help."""

    phase = Phase.NEW
    kept = False
    brain: Literal["guided", "model"] = "guided"
    preferences = Preferences()

    def __init__(self, guard: Guard, clock: Clock) -> None:
        self._guard, self._clock = guard, clock

    def help_cards(self, country: Country, language: Language) -> tuple[Card, ...]:
        return self._guard.help_cards(country, language, self._clock.now())


class ProbePages(shared.Pages):
    """Draws the pages of the bench."""

    def __init__(self, bench: Bench, home: Path, clock: Clock) -> None:
        super().__init__(cast("DeskDoor", NoDesk(bench.tools.tracer.guard, clock)), home, clock)
        self.bench = bench
        self._words = load_words(home, "probe")
        self._templates = Environment(
            loader=FileSystemLoader([Path(__file__).parent / "templates", Path(shared.__file__).parent]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        cast("dict[str, object]", self._templates.globals).update(  # pyright: ignore[reportUnknownMemberType]
            pieces=pieces, level_line=level_line, share_text=share_text
        )

    def _context(self, request: Request) -> dict[str, Any]:
        return {**super()._context(request), "host": self.bench.tools.answers.host}
