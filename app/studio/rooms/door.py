"""The front door: choose, make, open, close and destroy a workshop; language, phase, pause; who takes part."""

from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.studio.desk import now
from app.studio.pages import StudioPages
from app.studio.rooms.form import Form
from app.studio.values import PHASES, StudioError
from app.studio.workshop import Workshop
from guardrails.values import Country, Language


def door_router(pages: StudioPages) -> APIRouter:
    router = APIRouter()
    studio = pages.studio

    @router.get("/")
    async def front(request: Request) -> Response:
        if not studio.name:
            return pages.page(request, "studio/door.html", names=studio.names())
        picture = await studio.picture()
        return pages.goto(request, f"/fase/{picture.settings.get('phase', PHASES[0])}")

    @router.post("/werkplaats/nieuw")
    async def create(request: Request) -> Response:
        form = await Form.of(request)
        await studio.create(form.secret("passphrase"), form.secret("again"))
        await studio.call(Workshop.put_setting, "phase_at", now().isoformat())
        return pages.goto(request, "/")

    @router.post("/werkplaats/open")
    async def reopen(request: Request) -> Response:
        form = await Form.of(request)
        await studio.open(form.text("name"), form.secret("passphrase"))
        return pages.goto(request, "/")

    @router.post("/werkplaats/sluit")
    async def close(request: Request) -> Response:
        await studio.close()
        return pages.goto(request, "/")

    @router.post("/werkplaats/vernietig")
    async def destroy(request: Request) -> Response:
        form = await Form.of(request)
        if not form.yes("sure"):
            raise StudioError("not_sure")
        await studio.destroy(form.text("name"))
        return pages.goto(request, "/")

    return router


def always_router(pages: StudioPages) -> APIRouter:
    router = APIRouter()
    studio = pages.studio

    @router.post("/taal")
    async def language(request: Request) -> Response:
        form, before = await Form.of(request), pages.preferences(request)
        chosen = form.text("language") or before.language.value
        country = form.text("country") or before.country.value
        if chosen in ("nl", "en") and country in tuple(Country):
            await pages.prefer(replace(before, language=Language(chosen), country=Country(country)))
        back = form.text("back")
        return pages.goto(request, back if back in ("/hulp", "/hulp/mens") else "/")

    @router.post("/pauze")
    async def pause(request: Request) -> Response:
        studio.paused = not studio.paused and bool(studio.name)
        return await pages.view(request, "pause.html") if studio.paused else pages.goto(request, "/")

    return router


def people_router(pages: StudioPages) -> APIRouter:
    router = APIRouter()
    studio = pages.studio

    @router.post("/fase")
    async def go_on(request: Request) -> Response:
        phase = (await Form.of(request)).one_of("phase", PHASES)
        await studio.call(Workshop.put_setting, "phase", phase)
        await studio.call(Workshop.put_setting, "phase_at", now().isoformat())
        return pages.goto(request, f"/fase/{phase}")

    @router.post("/mensen")
    async def join(request: Request) -> Response:
        form = await Form.of(request)
        if not form.yes("consent"):
            raise StudioError("no_consent")
        await studio.call(Workshop.join, form.must("code"), now())
        return pages.goto(request, "/fase/welcome")

    @router.get("/mensen/{person}/intrekken")
    async def ask(request: Request, person: str) -> Response:
        picture = await studio.picture()
        if not picture.code(person):
            raise StudioError("gone", 404)
        return await pages.view(request, "withdraw.html", picture=picture, person=person)

    @router.post("/mensen/{person}/intrekken")
    async def withdraw(request: Request, person: str) -> Response:
        await studio.withdraw(person)
        return pages.goto(request, "/fase/welcome")

    return router
