"""The page of each phase, and the cases that stories become."""

from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.studio.desk import now
from app.studio.exports import is_crisis, subjects
from app.studio.pages import StudioPages
from app.studio.rooms.compare import variants
from app.studio.rooms.form import Form
from app.studio.values import PHASES, StudioError
from app.studio.workshop import Workshop
from guardrails.values import Kind, Level

LEVELS = tuple(level.label for level in Level)
KINDS = ("none", *(kind.value for kind in Kind))
_MOST_MESSAGES = 30


def phases_router(pages: StudioPages) -> APIRouter:
    router = APIRouter()
    studio = pages.studio

    @router.get("/fase/{phase}")
    async def show(request: Request, phase: str) -> Response:
        if phase not in PHASES:
            raise StudioError("gone", 404)
        if not studio.name:
            return pages.goto(request, "/")
        picture = await studio.picture()
        begun = picture.settings.get("phase_at", "")
        return await pages.view(
            request,
            f"{phase}.html",
            picture=picture,
            phase_shown=phase,
            begun=datetime.fromisoformat(begun).astimezone() if begun else None,
            levels=LEVELS,
            kinds=KINDS,
            variants=variants(picture, model=pages.answerer.model is not None),
            subjects=subjects(picture),
            crisis={item.id for item in subjects(picture) if is_crisis(picture, item)},
        )

    return router


def cases_router(pages: StudioPages) -> APIRouter:
    router = APIRouter()
    studio = pages.studio

    @router.post("/casus")
    async def add_case(request: Request) -> Response:
        form, picture = await Form.of(request), await studio.picture()
        if not form.yes("told") or not form.yes("invented"):
            raise StudioError("not_invented")
        messages = [part.strip() for part in form.must("messages").split("\n\n") if part.strip()]
        if len(messages) > _MOST_MESSAGES:
            raise StudioError("too_long", 413)
        level, kind = form.one_of("level", LEVELS), form.one_of("kind", KINDS)
        if (level == "none") != (kind == "none"):
            raise StudioError("level_and_kind")
        body = {
            "language": form.one_of("language", ("nl", "en")),
            "messages": messages,
            "situation": form.must("situation"),
            "does": form.must("does"),
            "does_not": form.text("does_not"),
            "note": form.text("note", most=200),
            "level": level,
            "kind": kind,
        }
        await studio.call(Workshop.add, "case", form.person(picture), now(), body)
        return pages.goto(request, "/fase/cases")

    @router.post("/casus/{item}/weg")
    async def drop_case(request: Request, item: str) -> Response:
        (await studio.picture()).find(item, "case")
        await studio.call(Workshop.remove, item)
        return pages.goto(request, "/fase/cases")

    return router
