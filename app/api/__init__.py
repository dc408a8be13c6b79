"""The testers' door: OpenAI-compatible, stateless, through the same guarded turn as the page."""

from app.api.routes import Door, api_app

__all__ = ["Door", "api_app"]
