"""What every page of the studio needs: its own templates and words over those of the person's pages, no desk."""

from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from app.conversation.clock import Clock
from app.studio.answering import Answerer
from app.studio.desk import Studio
from app.studio.differences import pieces, sentences
from app.studio.values import PHASES
from app.web.apart import ApartPages
from guardrails.guard import Guard


class StudioPages(ApartPages):
    """Draws pages; those of a workshop get its picture, and a workshop at rest shows that and nothing else."""

    def __init__(self, studio: Studio, guard: Guard, home: Path, clock: Clock) -> None:
        folder = Path(__file__).parent / "templates"
        super().__init__(guard, home, clock, "studio", folder, pieces=pieces, sentences=sentences)
        self.studio = studio

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
