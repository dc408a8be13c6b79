"""Agreement and dissent, who decides, and what leaves the workshop."""

from collections import Counter

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.studio import exports
from app.studio.desk import now
from app.studio.pages import StudioPages
from app.studio.rooms.compare import put_once
from app.studio.rooms.form import Form
from app.studio.values import Picture, StudioError
from app.studio.workshop import SUFFIX, Workshop

STANCES = ("agree", "disagree", "neither")
VERDICTS = ("accept", "refuse")
WHAT = ("report", "json", "csv", "risk_probes", "reply_probes", "changes", "researchers", "workshop")


def agree_router(pages: StudioPages) -> APIRouter:
    router = APIRouter()
    studio = pages.studio

    @router.get("/onderwerp/{item}")
    async def show(request: Request, item: str) -> Response:
        picture = await studio.picture()
        found = picture.find(item, "case", "rewrite", "change")
        base = picture.under(found, "answer") if found.kind == "rewrite" else None
        return await pages.view(
            request,
            "subject.html",
            picture=picture,
            subject=found,
            base=base,
            crisis=exports.is_crisis(picture, found),
            counts=Counter(voice.text("stance") for voice in picture.on(item, "voice")),
            stances=STANCES,
        )

    @router.post("/stem/{item}")
    async def voice(request: Request, item: str) -> Response:
        form, picture = await Form.of(request), await studio.picture()
        picture.find(item, "case", "rewrite", "change")
        body = {"stance": form.one_of("stance", STANCES), "quote": form.text("quote")}
        await put_once(pages, picture, "voice", form.person(picture), body, (item,))
        return pages.goto(request, f"/onderwerp/{item}")

    @router.post("/besluit/{item}")
    async def decide(request: Request, item: str) -> Response:
        form, picture = await Form.of(request), await studio.picture()
        found = picture.find(item, "case", "rewrite", "change")
        verdict, clinician = form.one_of("verdict", VERDICTS), form.text("clinician", most=80)
        if verdict == "accept" and exports.is_crisis(picture, found) and not clinician:
            raise StudioError("needs_clinician")
        body = {"verdict": verdict, "reason": form.must("reason"), "clinician": clinician}
        await studio.call(Workshop.add, "decision", "", now(), body, [item])
        return pages.goto(request, f"/onderwerp/{item}")

    return router


def close_router(pages: StudioPages) -> APIRouter:
    router = APIRouter()
    studio = pages.studio

    @router.get("/verslag")
    async def report(request: Request) -> Response:
        picture = await studio.picture()
        return await pages.view(request, "report.html", picture=picture, report=summary(picture))

    @router.post("/uitvoer")
    async def export(request: Request) -> Response:
        form = await Form.of(request)
        if not form.yes("understood"):
            raise StudioError("not_understood")
        what = form.one_of("what", WHAT)
        content, name, media = await _made(pages, request, what)
        await studio.call(Workshop.put_setting, "exported", now().isoformat())
        headers = {"content-disposition": f'attachment; filename="{name}"'}
        return Response(content, media_type=media, headers=headers)

    return router


async def _made(pages: StudioPages, request: Request, what: str) -> tuple[str | bytes, str, str]:
    """Content, file name and type of an export."""
    picture, name = await pages.studio.picture(), pages.studio.name
    made = f"{now():%Y%m%d}"
    if what == "workshop":
        return await pages.studio.call(Workshop.packed), f"{name}{SUFFIX}", "application/octet-stream"
    if what == "report":
        text = pages.fragment(request, "studio/printed.html", picture=picture, report=summary(picture))
        return text, f"{name}.html", "text/html; charset=utf-8"
    text = {
        "json": lambda: exports.data_json(picture),
        "csv": lambda: "\ufeff" + exports.data_csv(picture),
        "risk_probes": lambda: exports.risk_probes(picture, made),
        "reply_probes": lambda: exports.reply_probes(picture, made),
        "changes": lambda: exports.changes_file(picture),
        "researchers": lambda: exports.for_researchers(picture),
    }[what]()
    file = {
        "json": f"{name}.json",
        "csv": f"{name}.csv",
        "risk_probes": f"workshop-risk-{name}.jsonl",
        "reply_probes": f"workshop-replies-{name}.jsonl",
        "changes": f"{name}.changes.json",
        "researchers": f"{name}.researchers.json",
    }[what]
    media = "text/csv; charset=utf-8" if what == "csv" else "application/json; charset=utf-8"
    return text, file, media


def summary(picture: Picture) -> dict[str, object]:
    """Counts for the report; every voice stands in it, also the one that stood alone."""
    rated = Counter(reason for rating in picture.of("rating") for reason in rating.texts("reasons"))
    rounds: list[tuple[object, Counter[str]]] = []
    for one in picture.of("round"):
        names = {item.id: f"{item.text('brain')}.{item.text('mode')}" for item in picture.of("answer")}
        changed = {item.id for item in picture.of("answer") if item.text("change")}
        told = [choice.text("choice") for choice in picture.on(one.id, "choice")]
        labels = [f"{names[c]}.changed" if c in changed else names.get(c, c) for c in told]
        rounds.append((exports.case_of(picture, one), Counter(labels)))
    return {"reasons": rated, "rounds": rounds, "subjects": exports.subjects(picture)}
