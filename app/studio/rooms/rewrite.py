"""Rate a reply on the report's reasons and the group's own, rewrite it, comment on a sentence."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.studio.desk import now
from app.studio.differences import sentences
from app.studio.exports import case_of
from app.studio.pages import StudioPages
from app.studio.rooms.compare import put_once
from app.studio.rooms.form import Form
from app.studio.values import StudioError
from app.studio.workshop import Workshop

REASONS = (
    "good", "too_general", "too_agreeable", "misunderstood", "impersonal", "too_human",
    "wrong", "tiring", "too_late", "too_fast", "too_long", "hard_words",
)  # fmt: skip
MARKS = ("fits", "partly", "does_not_fit")


def rewrite_router(pages: StudioPages) -> APIRouter:
    router = APIRouter()
    studio = pages.studio

    @router.get("/antwoord/{item}")
    async def show(request: Request, item: str) -> Response:
        picture = await studio.picture()
        answer = picture.find(item, "answer")
        return await pages.view(
            request,
            "answer.html",
            picture=picture,
            answer=answer,
            case=case_of(picture, answer),
            reasons=REASONS,
            marks=MARKS,
        )

    @router.post("/antwoord/{item}/oordeel")
    async def rate(request: Request, item: str) -> Response:
        form, picture = await Form.of(request), await studio.picture()
        picture.find(item, "answer")
        person, reasons = form.person(picture), form.several("reason", REASONS)
        marks = [(d.id, form.text(f"mark-{d.id}")) for d in picture.of("dimension")]
        given = [(dimension, mark) for dimension, mark in marks if mark in MARKS]
        if not reasons and not given:
            raise StudioError("missing")
        if reasons:
            body = {"reasons": list(reasons), "why": form.text("why")}
            await put_once(pages, picture, "rating", person, body, (item,))
        for dimension, mark in given:
            await put_once(pages, picture, "mark", person, {"mark": mark}, (item, dimension))
        return pages.goto(request, f"/antwoord/{item}")

    return router


def writing_router(pages: StudioPages) -> APIRouter:
    router = APIRouter()
    studio = pages.studio

    @router.post("/antwoord/{item}/herschrijf")
    async def rewrite(request: Request, item: str) -> Response:
        form, picture = await Form.of(request), await studio.picture()
        answer, text = picture.find(item, "answer"), form.must("text")
        if text == answer.text("text"):
            raise StudioError("nothing_changed")
        body = {"text": text, "why": form.text("why")}
        await studio.call(Workshop.add, "rewrite", form.person(picture), now(), body, [item])
        return pages.goto(request, f"/antwoord/{item}")

    @router.post("/antwoord/{item}/opmerking")
    async def comment(request: Request, item: str) -> Response:
        form, picture = await Form.of(request), await studio.picture()
        known = sentences(picture.find(item, "answer").text("text"))
        place = form.one_of("sentence", tuple(str(number) for number in range(len(known))))
        body = {"sentence": int(place), "text": form.must("text")}
        await studio.call(Workshop.add, "comment", form.person(picture), now(), body, [item])
        return pages.goto(request, f"/antwoord/{item}")

    @router.post("/dimensie")
    async def dimension(request: Request) -> Response:
        form, picture = await Form.of(request), await studio.picture()
        if len(picture.of("dimension")) >= 12:  # as many as a form of one page can hold
            raise StudioError("too_many")
        body = {"name": form.must("name", most=60)}
        await studio.call(Workshop.add, "dimension", form.person(picture), now(), body)
        return pages.goto(request, "/fase/rewrite")

    return router
