"""The list of conversations: new, rename, delete one, delete all."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from app.conversation.values import DeskError
from app.web.chat.text import tidy
from app.web.pages import Pages


def history_router(pages: Pages) -> APIRouter:
    router = APIRouter()

    @router.get("/gesprekken")
    async def rows(request: Request) -> Response:
        found = sorted(await pages.desk.conversations(), key=lambda row: row.last, reverse=True)
        return pages.page(request, "history/history.html", rows=found)

    @router.post("/gesprekken")
    async def new(request: Request) -> Response:
        return pages.goto(request, f"/gesprek/{await pages.desk.new_conversation()}")

    @router.post("/gesprekken/{conversation}/naam")
    async def rename(request: Request, conversation: str, title: Annotated[str, Form()] = "") -> Response:
        if title.strip():  # an empty name leaves the old one
            await pages.desk.rename(conversation, tidy(title))
        return pages.goto(request, "/gesprekken")

    @router.get("/gesprekken/{conversation}/wissen")
    async def ask_delete(request: Request, conversation: str) -> Response:
        title = await _title(pages, conversation)
        action = f"/gesprekken/{conversation}/wissen"
        return pages.page(request, "history/confirm.html", what="delete", title=title, action=action)

    @router.post("/gesprekken/{conversation}/wissen")
    async def delete(request: Request, conversation: str) -> Response:
        await pages.desk.delete(conversation)
        return pages.goto(request, "/gesprekken")

    @router.get("/alles-wissen")
    async def ask_delete_all(request: Request) -> Response:
        await pages.desk.conversations()  # refuses when nothing is open
        return pages.page(request, "history/confirm.html", what="delete_all", title="", action="/alles-wissen")

    @router.post("/alles-wissen")
    async def delete_all(request: Request) -> Response:
        await pages.desk.delete_all()
        return pages.page(request, "history/deleted.html")

    return router


async def _title(pages: Pages, conversation: str) -> str:
    for row in await pages.desk.conversations():
        if row.id == conversation:
            return row.title
    raise DeskError("no_such_conversation")
