"""Change and see at once: one line of a reviewed text, the same cases before and after, side by side."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.studio.answering import Answered, Variant, change_of
from app.studio.desk import now
from app.studio.overlay import PARTS, Change, changed, editable, read
from app.studio.pages import StudioPages
from app.studio.rooms.compare import put_once
from app.studio.rooms.form import Form
from app.studio.values import Item, Picture, StudioError
from app.studio.workshop import Workshop

BETTER = ("better", "same", "worse")
_MOST_LINES = 200


@dataclass(frozen=True, slots=True)
class Beside:
    """One case, answered with the texts as they are and with the change."""

    case: Item
    before: Answered
    after: Answered

    @property
    def outcome(self) -> str:
        """Judged by the level that the group expected; "changed" when only the words differ."""
        wanted = self.case.text("level")
        fits = (self.before.level == wanted, self.after.level == wanted)
        if fits[0] != fits[1]:
            return "better" if fits[1] else "worse"
        return "same" if self.before.text == self.after.text else "changed"


def change_router(pages: StudioPages) -> APIRouter:
    router = APIRouter()
    studio, answerer = pages.studio, pages.answerer

    @router.get("/teksten")
    async def texts(request: Request, bestand: str = "", zoek: str = "") -> Response:
        lines: tuple[tuple[int, str], ...] = ()
        if bestand:
            wanted = zoek.strip().lower()
            whole = read(answerer.home, bestand).split("\n")
            lines = tuple(
                (number, line)
                for number, line in enumerate(whole)
                if line.strip() and whole.count(line) == 1 and wanted in line.lower()
            )
        return await pages.view(
            request,
            "texts.html",
            files=editable(answerer.home),
            file=bestand,
            search=zoek,
            lines=lines[:_MOST_LINES],
            more=len(lines) > _MOST_LINES,
        )

    @router.get("/teksten/regel")
    async def line(request: Request, bestand: str = "", regel: int = 0) -> Response:
        lines, picture = read(answerer.home, bestand).split("\n"), await studio.picture()
        if not 0 <= regel < len(lines):
            raise StudioError("gone", 404)
        now_there = lines[regel]
        earlier = tuple(
            one for one in picture.of("change") if (one.text("path"), one.text("before")) == (bestand, now_there)
        )
        return await pages.view(
            request, "line.html", picture=picture, file=bestand, number=regel, line=now_there, earlier=earlier
        )

    return router


def put_router(pages: StudioPages) -> APIRouter:
    router = APIRouter()
    studio, answerer = pages.studio, pages.answerer

    @router.post("/wijziging")
    async def put(request: Request) -> Response:
        form, picture = await Form.of(request), await studio.picture()
        path, number = form.must("file"), form.must("number")
        lines = read(answerer.home, path).split("\n")
        if not number.isdecimal() or len(number) > 6 or int(number) >= len(lines):
            raise StudioError("gone", 404)
        change = Change(path, lines[int(number)], form.must("after"))
        if change.after.strip() == change.before.strip():
            raise StudioError("nothing_changed")
        changed(answerer.home, (change,))
        await answerer.check((change,))
        body = {"path": path, "before": change.before, "after": change.after, "why": form.must("why")}
        found = await studio.call(Workshop.add, "change", form.person(picture), now(), body)
        return pages.goto(request, f"/wijziging/{found}")

    return router


def trial_router(pages: StudioPages) -> APIRouter:
    router = APIRouter()
    studio = pages.studio

    @router.get("/wijziging/{item}")
    async def show(request: Request, item: str) -> Response:
        picture = await studio.picture()
        found = picture.find(item, "change")
        rows = await beside(pages, picture, found)
        return await pages.view(request, "change.html", picture=picture, change=found, rows=rows, better=BETTER)

    @router.post("/wijziging/{item}/beter")
    async def better(request: Request, item: str) -> Response:
        form, picture = await Form.of(request), await studio.picture()
        case = picture.find(form.text("case"), "case")
        picture.find(item, "change")
        body = {"better": form.one_of("better", BETTER)}
        await put_once(pages, picture, "better", form.person(picture), body, (case.id, item))
        return pages.goto(request, f"/wijziging/{item}")

    return router


async def beside(pages: StudioPages, picture: Picture, found: Item) -> tuple[Beside, ...]:
    """Every case the change can touch, answered twice; nothing of it is kept."""
    change = change_of(found.body)
    parts = change.path.split("/")
    language = parts[1] if parts[0] == PARTS[0] and parts[1] in ("nl", "en") else ""
    rows: list[Beside] = []
    for case in picture.of("case"):
        if language and case.text("language") != language:
            continue
        said, spoken = case.texts("messages"), case.text("language")
        before = await pages.answerer.answer(spoken, said, Variant())
        after = await pages.answerer.answer(spoken, said, Variant(), (change,))
        rows.append(Beside(case, before, after))
    return tuple(rows)
