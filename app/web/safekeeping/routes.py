"""*Bewaren en sleutels*: every way to look after what is kept, each a page with one form."""

from collections.abc import Awaitable, Callable
from math import ceil
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from app.conversation.values import DeskError
from app.web.pages import Pages

Field = tuple[str, str]  # its name, and how it is typed: "password", "new" or "text"

_HOME = "/bewaren/sleutels"
_TYPE_BACK = "/bewaren/herstelcode/overtypen"
_FIELDS: dict[str, tuple[str, tuple[Field, ...]]] = {
    "passphrase": ("/bewaren/wachtzin", (("old", "password"), ("new", "new"), ("again", "new"))),
    "code": ("/bewaren/herstelcode", (("passphrase", "password"),)),
    "type": (_TYPE_BACK, (("code", "text"),)),
    "key": ("/bewaren/sleutel", (("passphrase", "password"),)),
    "backup": ("/bewaren/reservekopie", (("passphrase", "password"),)),
    "restore": ("/terugzetten", (("path", "text"), ("secret", "password"))),
    "erase": ("/wissen", (("confirm", "text"),)),
}
_FILE = {"Content-Disposition": 'attachment; filename="notities.klankbord"'}


class _Drawn:
    """The forms of this room, and what is said in them when something is refused."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def kept(self) -> bool:
        return not self._pages.closed and self._pages.desk.kept

    def form(self, request: Request, step: str, error: str = "") -> Response:
        action, fields = _FIELDS[step]
        status = 422 if error else 200
        return self._pages.page(
            request, "safekeeping/form.html", status=status, step=step, action=action, fields=fields, error=error
        )

    async def done(self, request: Request, sentence: str) -> Response:
        typed = await self._pages.desk.recovery_typed()
        return self._pages.page(request, "safekeeping/room.html", done=sentence, typed=typed)

    async def tried(self, request: Request, step: str, work: Callable[[], Awaitable[Response]]) -> Response:
        if not self.kept():
            return self._pages.goto(request, "/")
        try:
            return await work()
        except DeskError as error:
            return self.form(request, step, self.sentence(request, error))

    def sentence(self, request: Request, error: DeskError) -> str:
        words = self._pages.words(request)
        sentence = words.say(f"error.{error.code}")
        if error.wait_seconds > 0:
            sentence = f"{sentence} {words.say('unlock.wait', seconds=ceil(error.wait_seconds))}"
        return sentence


def safekeeping_router(pages: Pages) -> APIRouter:
    """Everything of this room."""
    drawn = _Drawn(pages)
    router = _keys_router(pages, drawn)
    router.include_router(_typing_router(pages, drawn))
    router.include_router(_copies_router(pages, drawn))
    return router


def _keys_router(pages: Pages, drawn: _Drawn) -> APIRouter:
    router = APIRouter()

    @router.get(_HOME)
    async def room(request: Request) -> Response:
        if pages.closed:
            return pages.goto(request, "/")
        typed = not pages.desk.kept or await pages.desk.recovery_typed()
        return pages.page(request, "safekeeping/room.html", done="", typed=typed)

    @router.get("/bewaren/{name}")
    async def ask(request: Request, name: str) -> Response:
        for step in ("passphrase", "code", "key", "backup"):
            if _FIELDS[step][0].endswith(f"/{name}"):
                return drawn.form(request, step) if drawn.kept() else pages.goto(request, "/")
        return pages.refusal(request, 404)

    @router.post("/bewaren/wachtzin")
    async def passphrase(
        request: Request,
        old: Annotated[str, Form()] = "",
        new: Annotated[str, Form()] = "",
        again: Annotated[str, Form()] = "",
    ) -> Response:
        async def change() -> Response:
            if new != again:
                raise DeskError("passphrases_differ")
            await pages.desk.change_passphrase(old, new)
            return await drawn.done(request, "passphrase_done")

        return await drawn.tried(request, "passphrase", change)

    @router.post("/bewaren/herstelcode")
    async def code(request: Request, passphrase: Annotated[str, Form()] = "") -> Response:
        async def renew() -> Response:
            return pages.page(request, "chat/recovery.html", code=await pages.desk.new_recovery_code(passphrase))

        return await drawn.tried(request, "code", renew)

    @router.post("/bewaren/sleutel")
    async def key(request: Request, passphrase: Annotated[str, Form()] = "") -> Response:
        async def renew() -> Response:
            return pages.page(request, "chat/recovery.html", code=await pages.desk.new_key(passphrase))

        return await drawn.tried(request, "key", renew)

    return router


def _typing_router(pages: Pages, drawn: _Drawn) -> APIRouter:
    router = APIRouter()

    @router.get(_TYPE_BACK)
    async def ask_back(request: Request) -> Response:
        return drawn.form(request, "type") if drawn.kept() else pages.goto(request, "/")

    @router.post(_TYPE_BACK)
    async def back(request: Request, code: Annotated[str, Form()] = "") -> Response:
        async def check() -> Response:
            await pages.desk.type_recovery_code(code)
            return await drawn.done(request, "type_done")

        return await drawn.tried(request, "type", check)

    return router


def _copies_router(pages: Pages, drawn: _Drawn) -> APIRouter:
    router = APIRouter()

    @router.post("/bewaren/reservekopie")
    async def backup(request: Request, passphrase: Annotated[str, Form()] = "") -> Response:
        async def copy() -> Response:
            data = await pages.desk.back_up(passphrase)
            return Response(data, media_type="application/octet-stream", headers=_FILE)

        return await drawn.tried(request, "backup", copy)

    @router.get("/terugzetten")
    async def ask_restore(request: Request) -> Response:
        return drawn.form(request, "restore")

    @router.post("/terugzetten")
    async def restore(
        request: Request, path: Annotated[str, Form()] = "", secret: Annotated[str, Form()] = ""
    ) -> Response:
        try:
            await pages.desk.restore(path, secret)
        except DeskError as error:
            return drawn.form(request, "restore", drawn.sentence(request, error))
        return pages.goto(request, "/")

    @router.get("/wissen")
    async def ask_erase(request: Request) -> Response:
        return drawn.form(request, "erase")

    @router.post("/wissen")
    async def erase(request: Request, confirm: Annotated[str, Form()] = "") -> Response:
        words = pages.words(request)
        if " ".join(confirm.split()).casefold() != words.say("safekeeping.erase_word"):
            return drawn.form(request, "erase", words.say("error.not_confirmed"))
        try:
            await pages.desk.erase()
        except DeskError as error:
            return drawn.form(request, "erase", drawn.sentence(request, error))
        finally:
            pages.opening += 1
        return pages.goto(request, "/")

    return router
