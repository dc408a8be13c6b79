"""What every page of the bench needs: its own templates and words over those of the person's pages, and no desk."""

from pathlib import Path
from typing import Any

from fastapi import Request

from app.conversation.clock import Clock
from app.probe.bench import Bench
from app.probe.drawing import level_line, pieces
from app.probe.report import share_text
from app.web.apart import ApartPages


class ProbePages(ApartPages):
    """Draws the pages of the bench."""

    def __init__(self, bench: Bench, home: Path, clock: Clock) -> None:
        drawn = {"pieces": pieces, "level_line": level_line, "share_text": share_text}
        super().__init__(bench.tools.tracer.guard, home, clock, "probe", Path(__file__).parent / "templates", **drawn)
        self.bench = bench

    def _context(self, request: Request) -> dict[str, Any]:
        return {**super()._context(request), "host": self.bench.tools.answers.host}
