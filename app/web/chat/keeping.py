"""*Wil je dit bewaren?*: a passphrase typed twice, then the recovery code, shown once."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from app.conversation.passphrase import strength_of
from app.conversation.values import DeskError
from app.web.pages import Pages

_OF_THE_PASSPHRASE = {"weak_passphrase", "passphrase_too_long", "passphrases_differ"}
_OF_THE_MACHINE = {"disk_full", "disk_fault", "read_only", "too_little_memory"}
_ON_THE_FORM = frozenset(_OF_THE_PASSPHRASE | _OF_THE_MACHINE)


def keeping_router(pages: Pages) -> APIRouter:
    router = APIRouter()

    @router.get("/bewaren")
    async def ask(request: Request) -> Response:
        if pages.closed or pages.desk.kept:
            return pages.goto(request, "/")
        return pages.page(request, "chat/keep.html", error="")

    @router.post("/bewaren")
    async def keep(
        request: Request, passphrase: Annotated[str, Form()] = "", again: Annotated[str, Form()] = ""
    ) -> Response:
        if pages.desk.kept:  # sent twice, or the page with the code was loaded anew
            return pages.goto(request, "/")
        try:
            if passphrase != again:
                raise DeskError("passphrases_differ")
            code = await pages.desk.keep(passphrase)
        except DeskError as error:
            if error.code not in _ON_THE_FORM:
                raise
            sentence = pages.words(request).say(f"error.{error.code}")
            return pages.page(request, "chat/keep.html", status=422, error=sentence)
        return code_page(pages, request, code, strength_of(passphrase))

    return router


def code_page(pages: Pages, request: Request, code: str, strength: str = "") -> Response:
    """The recovery code, to be shown once; on paper it stands with the date and one sentence."""
    day = pages.words(request).day(pages.clock.now().astimezone().date().isoformat())
    return pages.page(request, "chat/recovery.html", code=code, date=day, strength=strength)
