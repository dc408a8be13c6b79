"""Opening what was locked: the passphrase, or the recovery code."""

from math import ceil
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from app.conversation.values import DeskError, Phase
from app.web.pages import Pages


def unlock_router(pages: Pages) -> APIRouter:
    router = APIRouter()

    @router.post("/ontgrendelen")
    async def unlock(request: Request, passphrase: Annotated[str, Form()] = "") -> Response:
        if pages.desk.phase is Phase.LOCKED:
            try:
                await pages.desk.unlock(passphrase)
            except DeskError as error:
                return _refused(request, error, "unlock/unlock.html")
            pages.away = False
        return pages.goto(request, "/")

    @router.get("/herstelcode")
    async def ask_code(request: Request) -> Response:
        if pages.desk.phase is not Phase.LOCKED:
            return pages.goto(request, "/")
        return pages.page(request, "unlock/recovery.html", error="")

    @router.post("/herstelcode")
    async def use_code(request: Request, code: Annotated[str, Form()] = "") -> Response:
        if pages.desk.phase is Phase.LOCKED:
            try:
                await pages.desk.unlock_with_recovery(code)
            except DeskError as error:
                return _refused(request, error, "unlock/recovery.html")
            pages.away = False
        return pages.goto(request, "/")

    def _refused(request: Request, error: DeskError, template: str) -> Response:
        words = pages.words(request)
        sentence = words.say(f"error.{error.code}")
        if error.wait_seconds > 0:
            sentence = f"{sentence} {words.say('unlock.wait', seconds=ceil(error.wait_seconds))}"
        return pages.page(request, template, status=422, error=sentence)

    return router
