"""Settings: language, country, how to be answered, limits within bounds, and locking now."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict

from app.conversation.values import Contrast, Motion, Preferences, TextSize
from app.web.pages import Pages
from guardrails.values import Country, Language, Mode

# name, lowest, highest and step, as DESIGN.md sets them ("Rest, not closing", "Lock")
_NUMBERS = (("minutes_limit", 15, 60, 1), ("day_limit", 30, 180, 1), ("idle_minutes", 5, 60, 1))
_LOOKS = (("text_size", tuple(TextSize)), ("contrast", tuple(Contrast)), ("motion", tuple(Motion)))
_BOUNDS = {name: (low, high) for name, low, high, _ in _NUMBERS}


class SettingsForm(BaseModel):
    """The form as it is sent; a number out of bounds becomes the nearest one within."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    language: Literal[Language.NL, Language.EN]
    country: Country
    mode: Mode
    minutes_limit: int
    day_limit: int
    idle_minutes: int
    text_size: TextSize = TextSize.NORMAL
    contrast: Contrast = Contrast.SYSTEM
    motion: Motion = Motion.SYSTEM

    def preferences(self) -> Preferences:
        return Preferences(
            language=self.language,
            country=self.country,
            mode=self.mode,
            minutes_limit=_within("minutes_limit", self.minutes_limit),
            day_limit=_within("day_limit", self.day_limit),
            idle_minutes=_within("idle_minutes", self.idle_minutes),
            text_size=self.text_size,
            contrast=self.contrast,
            motion=self.motion,
        )


def settings_router(pages: Pages) -> APIRouter:
    router = APIRouter()

    def draw(request: Request, saved: bool) -> Response:
        if pages.closed:
            return pages.goto(request, "/")
        modes = tuple(Mode)
        return pages.page(request, "settings/settings.html", saved=saved, modes=modes, numbers=_NUMBERS, looks=_LOOKS)

    @router.get("/instellingen")
    async def show(request: Request) -> Response:
        return draw(request, saved=False)

    @router.post("/instellingen")
    async def save(request: Request, form: Annotated[SettingsForm, Form()]) -> Response:
        if not pages.closed:
            await pages.prefer(form.preferences())
        return draw(request, saved=True)

    return router


def _within(name: str, number: int) -> int:
    low, high = _BOUNDS[name]
    return min(high, max(low, number))
