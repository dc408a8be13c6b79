"""Tools: begin, go through the steps, see it whole, take it away as a file, delete it."""

import asyncio
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from app.conversation.closing import lines_to_keep
from app.conversation.papers import Paper
from app.conversation.values import DeskError
from app.tools.paper import answer, part_size, rows_of, rows_shown, things, with_answer, words_of
from app.tools.sheet import markdown, sheet
from app.tools.tool import CONVERSATION, Step, Tool
from app.web.chat.text import tidy
from app.web.pages import Pages

HOME = "/gereedschap"
GROUPS = ("order", "people", "calm", "plans")


def tools_router(pages: Pages) -> APIRouter:
    desk = _ToolDesk(pages)
    router = APIRouter(prefix=HOME)
    paper = "/{tool}/{paper}"
    for path, handler, method in (
        ("", desk.overview, "GET"),
        ("/{tool}", desk.tool, "GET"),
        ("/{tool}", desk.begin, "POST"),
        (paper, desk.whole, "GET"),
        (paper + "/stap/{step}", desk.step, "GET"),
        (paper + "/stap/{step}", desk.leave, "POST"),
        (paper + "/bestand", desk.ask_file, "GET"),
        (paper + "/bestand", desk.file, "POST"),
        (paper + "/wissen", desk.ask_delete, "GET"),
        (paper + "/wissen", desk.delete, "POST"),
    ):
        router.add_api_route(path, handler, methods=[method])
    return router


class _ToolDesk:
    """The handlers; each does one thing of the desk and draws the answer."""

    def __init__(self, pages: Pages) -> None:
        self._pages, self._papers = pages, pages.desk.papers
        self._leaving = asyncio.Lock()  # two tabs may leave two steps of one paper at once

    async def overview(self, request: Request) -> Response:
        papers, tools = await self._papers.all(), self._pages.tools(request)
        groups = [(group, [t for t in tools.values() if t.group == group]) for group in GROUPS]
        saved = [(tools[paper.tool], paper) for paper in papers if paper.tool in tools]
        return self._page(request, "list", groups=groups, saved=saved)

    async def tool(self, request: Request, tool: str) -> Response:
        found = self._tool(request, tool)
        papers = [paper for paper in await self._papers.all() if paper.tool == tool]
        return self._page(request, "tool", tool=found, papers=papers)

    async def begin(self, request: Request, tool: str) -> Response:
        """A new paper; of a tool with one paper that one, when it is there."""
        found = self._tool(request, tool)
        had = next((p.id for p in await self._papers.all() if found.single and p.tool == tool), None)
        paper = had or await self._papers.new(tool, self._pages.words(request).language)
        return self._pages.goto(request, f"{HOME}/{tool}/{paper}/stap/{found.steps[0].id}")

    async def step(self, request: Request, tool: str, paper: str, step: str) -> Response:
        found, at = self._tool(request, tool), await self._paper(tool, paper)
        return await self._draw_step(request, found, at, self._step(found, step), _part(request))

    async def leave(self, request: Request, tool: str, paper: str, step: str) -> Response:
        """Keep what stands in this step, let the guard read it, and go where the person wants."""
        form = {name: tidy(str(value)) for name, value in (await request.form()).items()}
        async with self._leaving:
            return await self._left(request, self._tool(request, tool), paper, step, form)

    async def _left(self, request: Request, found: Tool, paper: str, step: str, form: dict[str, str]) -> Response:
        at = await self._paper(found.name, paper)
        here, part = self._step(found, step), _part(request)
        new = answer(here, form, at.answers, await self._lines(here), part)
        before, after = words_of(found, step, at.answers.get(step, "")), words_of(found, step, new)
        changed = replace(at, answers=with_answer(at.answers, here, new))
        try:
            await self._papers.put(paper, changed.answers, after if after != before else "")
        except DeskError as error:
            if error.code != "too_long":
                raise
            return await self._draw_step(request, found, changed, here, part, refused=True)
        return self._pages.goto(request, _next(found, at, here, part, form.get("go", "next")))

    async def whole(self, request: Request, tool: str, paper: str) -> Response:
        found, at = self._tool(request, tool), await self._paper(tool, paper)
        sections = sheet(found, at.answers, self._pages.words(request).say("tools.unsorted"))
        return self._page(request, "paper", tool=found, paper=at, sections=sections)

    async def ask_file(self, request: Request, tool: str, paper: str) -> Response:
        found, at = self._tool(request, tool), await self._paper(tool, paper)
        return self._page(request, "file", tool=found, paper=at)

    async def file(self, request: Request, tool: str, paper: str) -> Response:
        """The paper as a file; its name says nothing of what is in it."""
        found, at = self._tool(request, tool), await self._paper(tool, paper)
        words = self._pages.words(request)
        notes = (words.say("tools.made", moment=words.moment(at.changed)), f"{found.source} ({found.source_date})")
        text = markdown(found, sheet(found, at.answers, words.say("tools.unsorted")), notes)
        name = f"{words.say('tools.file_name')}-{at.changed.date().isoformat()}.md"
        headers = {"content-disposition": f'attachment; filename="{name}"'}
        return Response(text, media_type="text/markdown; charset=utf-8", headers=headers)

    async def ask_delete(self, request: Request, tool: str, paper: str) -> Response:
        found, at = self._tool(request, tool), await self._paper(tool, paper)
        return self._page(request, "delete", tool=found, paper=at)

    async def delete(self, request: Request, tool: str, paper: str) -> Response:
        await self._paper(tool, paper)
        await self._papers.delete(paper)
        return self._pages.goto(request, HOME)

    # -- helpers -----------------------------------------------------------------------------------

    async def _draw_step(
        self, request: Request, tool: Tool, paper: Paper, step: Step, part: int, *, refused: bool = False
    ) -> Response:
        rows, size = rows_shown(step, paper.answers), part_size(step)
        value = paper.answers.get(step.id, "")
        context = {
            "tool": tool,
            "paper": paper,
            "step": step,
            "number": tool.place(step) + 1,
            "text": value if isinstance(value, str) else "",
            "things": things(step, paper.answers, await self._lines(step)),
            "chosen": next(iter(rows_of(value)), ("", "")),
            "rows": list(enumerate(rows))[part * size : (part + 1) * size],
            "part": part,
            "error": self._pages.words(request).say("error.too_long") if refused else "",
        }
        return self._page(request, "step", status=413 if refused else 200, **context)

    async def _lines(self, step: Step) -> tuple[str, ...]:
        return await lines_to_keep(self._pages.desk) if step.of == CONVERSATION else ()

    def _page(self, request: Request, template: str, **context: Any) -> Response:
        card = self._pages.desk.standing_card()
        return self._pages.page(request, f"tools/{template}.html", card=card, **context)

    def _tool(self, request: Request, name: str) -> Tool:
        found = self._pages.tools(request).get(name)
        if found is None:
            raise HTTPException(404)
        return found

    def _step(self, tool: Tool, name: str) -> Step:
        found = tool.step(name)
        if found is None:
            raise HTTPException(404)
        return found

    async def _paper(self, tool: str, paper: str) -> Paper:
        found = await self._papers.get(paper)
        if found.tool != tool:
            raise DeskError("no_such_paper")
        return found


def _part(request: Request) -> int:
    asked = request.query_params.get("deel", "0")
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 4 else 0


def _next(tool: Tool, paper: Paper, step: Step, part: int, go: str) -> str:
    """Where a step leads: the next part of it, the next step, the one before, or the whole paper."""
    home = f"{HOME}/{tool.name}/{paper.id}"
    at = tool.place(step)
    if go == "stop":
        return home
    if go == "back":
        return f"{home}/stap/{step.id}?deel={part - 1}" if part else f"{home}/stap/{tool.steps[max(0, at - 1)].id}"
    if (part + 1) * part_size(step) < len(rows_shown(step, paper.answers)):
        return f"{home}/stap/{step.id}?deel={part + 1}"
    return f"{home}/stap/{tool.steps[at + 1].id}" if at + 1 < len(tool.steps) else home
