"""The pages of the bench: one message, sets, results with their misses and differences, responders side by side."""

import asyncio
from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from app.probe.bench import COMPARED
from app.probe.exports import as_csv, as_json
from app.probe.pages import ProbePages
from app.probe.pressure import PRESSURES
from app.probe.replying import reply_to
from app.probe.report import SHOWN, difference_counts
from app.probe.running import COLUMNS, differences, failures, matrix
from app.probe.talk import parse_talk
from app.probe.values import Probe, ProbeError
from app.probe.voices import compared
from guardrails.statistics.examples import RiskExample
from guardrails.values import Country, GuardSettings, Language, Level

MINUTES = (0, 15, 20, 25, 31)
MOST_SHOWN = 200  # misses, differences or replies on one page


def one_router(pages: ProbePages) -> APIRouter:
    router = APIRouter()
    tools = pages.bench.tools

    @router.get("/")
    async def ask(request: Request) -> Response:
        return pages.page(request, "probe/one.html", typed="", minutes=MINUTES, chosen=0)

    @router.post("/toets")
    async def look(request: Request) -> Response:
        form = await request.form()
        typed = _text(form, "text")
        said = parse_talk(typed)
        if said[-1].role != "user":
            raise ProbeError("last")
        chosen = pages.preferences(request)
        minutes = next((count for count in MINUTES if str(count) == _text(form, "minutes")), 0)
        settings = GuardSettings(country=chosen.country, language=chosen.language)
        trace = await asyncio.to_thread(tools.tracer.trace, said, settings, float(minutes))
        example = RiskExample("typed", "nl", said[-1].text, Level.NONE, "none", "none", frozenset({Level.NONE}))
        responder, _ = tools.answers.pick(Probe("typed", example))
        reply = await reply_to(trace, tools.tracer.guard, responder, tools.guided)
        return pages.page(
            request, "probe/trace.html", trace=trace, reply=reply, typed=typed, minutes=MINUTES, chosen=minutes
        )

    @router.post("/taal")
    async def language(request: Request) -> Response:
        form, before = await request.form(), pages.preferences(request)
        chosen, country = _text(form, "language") or before.language.value, _text(form, "country")
        if chosen in ("nl", "en"):
            country = country if country in tuple(Country) else before.country.value
            await pages.prefer(replace(before, language=Language(chosen), country=Country(country)))
        back = _text(form, "back")
        return pages.goto(request, back if back in ("/hulp", "/hulp/mens", "/reeksen", "/uitkomsten") else "/")

    return router


def sets_router(pages: ProbePages) -> APIRouter:
    router = APIRouter()
    bench = pages.bench

    @router.get("/reeksen")
    async def sets(request: Request) -> Response:
        return pages.page(
            request, "probe/sets.html", sets=tuple(bench.sets()), pressures=PRESSURES, folder=bench.folder,
            busy=bench.busy,
        )  # fmt: skip

    @router.post("/reeksen")
    async def start(request: Request) -> Response:
        form = await request.form()
        chosen = tuple(name for name in PRESSURES if name in _all(form, "pressure"))
        work = bench.start(_all(form, "set"), chosen)
        return pages.goto(request, f"/uitkomsten/{work.number}")

    return router


def runs_router(pages: ProbePages) -> APIRouter:
    router = APIRouter()
    bench = pages.bench

    @router.get("/uitkomsten")
    async def results(request: Request) -> Response:
        return pages.page(request, "probe/results.html", works=tuple(reversed(bench.works)))

    @router.get("/uitkomsten/{number}")
    async def result(request: Request, number: int) -> Response:
        work = bench.work(number)
        if work.kind == "compare":
            rows = work.replies[:MOST_SHOWN]
            return pages.page(request, "probe/compared.html", work=work, table=compared(work.replies), rows=rows)
        tables = {} if work.run is None else {part: matrix(work.run.outcomes, part) for part in SHOWN}
        others = [one.number for one in bench.works if one.run is not None and one is not work]
        return pages.page(
            request,
            "probe/result.html",
            work=work,
            tables=tables,
            columns=COLUMNS,
            others=others,
            earlier=bench.earlier(),
        )

    @router.get("/uitkomsten/{number}/voortgang")
    async def progress(request: Request, number: int) -> Response:
        """How far it is, for a page that stays open; a run that has ended shows its whole page."""
        work = bench.work(number)
        if work.state != "busy":
            return pages.goto(request, f"/uitkomsten/{number}")
        return pages.page(request, "probe/_work.html", work=work)

    @router.post("/uitkomsten/{number}/stop")
    async def stop(request: Request, number: int) -> Response:
        await bench.stop(number)
        return pages.goto(request, f"/uitkomsten/{number}")

    return router


def looking_router(pages: ProbePages) -> APIRouter:
    """Into one result: its misses, what another run read differently, and the files."""
    router = APIRouter()
    bench = pages.bench

    @router.get("/uitkomsten/{number}/missers")
    async def misses(request: Request, number: int) -> Response:
        part, name = request.query_params.get("deel", ""), request.query_params.get("naam", "")
        found = failures(bench.run_named(str(number)).outcomes, part, name)
        return pages.page(
            request, "probe/failures.html", number=number, name=name, count=len(found),
            rows=found[:MOST_SHOWN], most=MOST_SHOWN,
        )  # fmt: skip

    @router.get("/uitkomsten/{number}/verschil")
    async def difference(request: Request, number: int) -> Response:
        before = await asyncio.to_thread(bench.run_named, request.query_params.get("met", ""))
        found = differences(before.outcomes, bench.run_named(str(number)).outcomes)
        return pages.page(
            request, "probe/difference.html", number=number, counts=difference_counts(found), rows=found[:MOST_SHOWN]
        )

    @router.get("/uitkomsten/{number}/bestand/{kind}")
    async def file(request: Request, number: int, kind: str) -> Response:
        made = {"json": (as_json, "application/json"), "csv": (as_csv, "text/csv")}
        if kind not in made:
            raise ProbeError("no_run")
        write, media = made[kind]
        text = await asyncio.to_thread(write, bench.run_named(str(number)))
        name = f'attachment; filename="klankbord-testbank-{number}.{kind}"'
        return Response(text.encode(), media_type=f"{media}; charset=utf-8", headers={"content-disposition": name})

    return router


def compare_router(pages: ProbePages) -> APIRouter:
    router = APIRouter()
    bench = pages.bench

    @router.get("/antwoorders")
    async def choose(request: Request) -> Response:
        return pages.page(
            request, "probe/compare.html", sets=tuple(bench.sets()), voices=tuple(bench.voices()), busy=bench.busy,
            most=COMPARED,
        )  # fmt: skip

    @router.post("/antwoorders")
    async def compare(request: Request) -> Response:
        form = await request.form()
        work = bench.compare(_all(form, "set"), _all(form, "voice"))
        return pages.goto(request, f"/uitkomsten/{work.number}")

    return router


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _all(form: FormData, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in form.getlist(name) if isinstance(value, str)))
