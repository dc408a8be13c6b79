"""What every page of the studio needs: its own templates and words over those of the person's pages, no desk."""

from pathlib import Path
from typing import Any, Literal, cast

from fastapi import Request
from fastapi.responses import Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

import app.web.pages as shared
from app.conversation.clock import Clock
from app.conversation.values import Phase, Preferences
from app.studio.answering import Answerer
from app.studio.desk import Studio
from app.studio.differences import pieces, sentences
from app.studio.values import PHASES
from app.web.door import DeskDoor
from app.web.words import load_words
from guardrails.guard import Guard
from guardrails.values import Card, Country, Language


class NoDesk:
    """The studio has no desk of a person: only the way to help."""

    phase = Phase.NEW
    kept = False
    brain: Literal["guided", "model"] = "guided"
    preferences = Preferences()

    def __init__(self, guard: Guard, clock: Clock) -> None:
        self._guard, self._clock = guard, clock

    def help_cards(self, country: Country, language: Language) -> tuple[Card, ...]:
        return self._guard.help_cards(country, language, self._clock.now())


class StudioPages(shared.Pages):
    """Draws pages; those of a workshop get its picture, and a workshop at rest shows that and nothing else."""

    def __init__(self, studio: Studio, guard: Guard, home: Path, clock: Clock) -> None:
        super().__init__(cast("DeskDoor", NoDesk(guard, clock)), home, clock)
        self.studio = studio
        self._words = load_words(home, "studio")
        web = Path(shared.__file__).parent
        self._templates = Environment(
            loader=FileSystemLoader([Path(__file__).parent / "templates", web]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        known = cast("dict[str, object]", self._templates.globals)  # pyright: ignore[reportUnknownMemberType]
        known.update(pieces=pieces, sentences=sentences)

    @property
    def answerer(self) -> Answerer:
        return self.studio.answerer

    async def view(self, request: Request, template: str, **context: Any) -> Response:
        """A page of the open workshop; without one, the front door."""
        if not self.studio.name:
            return self.goto(request, "/")
        if self.studio.paused:
            return self.page(request, "studio/pause.html")
        picture = context.pop("picture", None) or await self.studio.picture()
        return self.page(request, f"studio/{template}", picture=picture, **context)

    def _context(self, request: Request) -> dict[str, object]:
        return {**super()._context(request), "workshop": self.studio.name, "phases": PHASES}
