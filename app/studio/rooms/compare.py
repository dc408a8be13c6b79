"""Compare blind: two or more ways of answering one case, shuffled, with their names hidden until the end."""

import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from random import Random

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.studio.answering import Variant, change_of, variant_of
from app.studio.desk import now
from app.studio.exports import case_of
from app.studio.pages import StudioPages
from app.studio.rooms.form import Form
from app.studio.values import Item, Picture, StudioError
from app.studio.workshop import Workshop
from guardrails.values import Mode

BOTH, NEITHER = "both", "neither"
LETTERS = "ABCDEFGH"
_MOST = 4


def variants(picture: Picture, *, model: bool) -> Mapping[str, Variant]:
    """Every way of answering there is now, under a key for the form."""
    brains = ("guided", "model") if model else ("guided",)
    found = {f"{brain}.{mode.value}.": Variant(brain, mode) for brain in brains for mode in Mode}
    changes = {f"guided.{Mode.THINK_ALONG.value}.{c.id}": Variant(change=c.id) for c in picture.of("change")}
    return found | changes


def shuffled(picture: Picture, found: Item) -> tuple[Item, ...]:
    """The answers of a round, in the order of its seed: the same for everybody, told by no name."""
    answers = [picture.find(needed, "answer") for needed in found.needs if needed != case_of(picture, found).id]
    Random(found.text("seed")).shuffle(answers)  # noqa: S311, an order, no secret
    return tuple(answers)


def compare_router(pages: StudioPages) -> APIRouter:
    router = APIRouter()
    studio = pages.studio

    @router.post("/vergelijking")
    async def begin(request: Request) -> Response:
        form, picture = await Form.of(request), await studio.picture()
        known = variants(picture, model=pages.answerer.model is not None)
        case = picture.find(form.text("case"), "case")
        chosen = form.several("variant", tuple(known))
        if not 2 <= len(chosen) <= _MOST:
            raise StudioError("two_variants")
        answers = [await _answered(pages, picture, case, known[key]) for key in chosen]
        seed = {"seed": secrets.token_hex(8)}
        found = await studio.call(Workshop.add, "round", "", now(), seed, [case.id, *answers])
        return pages.goto(request, f"/vergelijking/{found}")

    @router.get("/vergelijking/{item}")
    async def show(request: Request, item: str) -> Response:
        picture = await studio.picture()
        found = picture.find(item, "round")
        answers = shuffled(picture, found)
        choices = picture.on(item, "choice")
        return await pages.view(
            request,
            "round.html",
            picture=picture,
            round=found,
            case=case_of(picture, found),
            answers=tuple(zip(LETTERS, answers, strict=False)),
            choices=choices,
            counts=Counter(choice.text("choice") for choice in choices),
            names={answer.id: variant_of(answer.body) for answer in answers},
            revealed=bool(picture.on(item, "reveal")),
        )

    return router


def choice_router(pages: StudioPages) -> APIRouter:
    router = APIRouter()
    studio = pages.studio

    @router.post("/vergelijking/{item}/keuze")
    async def choose(request: Request, item: str) -> Response:
        form, picture = await Form.of(request), await studio.picture()
        found, person = picture.find(item, "round"), form.person(picture)
        allowed = (BOTH, NEITHER, *(answer.id for answer in shuffled(picture, found)))
        body = {"choice": form.one_of("choice", allowed), "why": form.text("why")}
        await put_once(pages, picture, "choice", person, body, (item,))
        return pages.goto(request, f"/vergelijking/{item}")

    @router.post("/vergelijking/{item}/namen")
    async def reveal(request: Request, item: str) -> Response:
        picture = await studio.picture()
        picture.find(item, "round")
        if not picture.on(item, "reveal"):
            await studio.call(Workshop.add, "reveal", "", now(), {}, [item])
        return pages.goto(request, f"/vergelijking/{item}")

    return router


async def put_once(
    pages: StudioPages, picture: Picture, kind: str, person: str, body: Mapping[str, object], needs: tuple[str, ...]
) -> None:
    """One of a kind per person and thing: a later one stands in place of the earlier."""
    for old in picture.on(needs[-1], kind):
        if old.person == person and old.needs == needs:
            await pages.studio.call(Workshop.remove, old.id)
    await pages.studio.call(Workshop.add, kind, person, now(), body, needs)


async def _answered(pages: StudioPages, picture: Picture, case: Item, variant: Variant) -> str:
    """Answer a case and keep the answer; it stands on the case, and on the change it was made with."""
    changes = (change_of(picture.find(variant.change, "change").body),) if variant.change else ()
    found = await pages.answerer.answer(case.text("language"), case.texts("messages"), variant, changes)
    body = {**asdict(variant), "mode": variant.mode.value, "text": found.text, "level": found.level}
    needs = [case.id, *filter(None, [variant.change])]
    return await pages.studio.call(Workshop.add, "answer", "", now(), body, needs)
