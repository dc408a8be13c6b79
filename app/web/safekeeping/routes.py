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


def safekeeping_router(pages: Pages) -> APIRouter:
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
                return _form(request, step) if _kept() else pages.goto(request, "/")
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
            return await _done(request, "passphrase_done")

        return await _tried(request, "passphrase", change)

    @router.post("/bewaren/herstelcode")
    async def code(request: Request, passphrase: Annotated[str, Form()] = "") -> Response:
        async def renew() -> Response:
            return pages.page(request, "chat/recovery.html", code=await pages.desk.new_recovery_code(passphrase))

        return await _tried(request, "code", renew)

    @router.get(_TYPE_BACK)
    async def ask_back(request: Request) -> Response:
        return _form(request, "type") if _kept() else pages.goto(request, "/")

    @router.post(_TYPE_BACK)
    async def back(request: Request, code: Annotated[str, Form()] = "") -> Response:
        async def check() -> Response:
            await pages.desk.type_recovery_code(code)
            return await _done(request, "type_done")

        return await _tried(request, "type", check)

    @router.post("/bewaren/sleutel")
    async def key(request: Request, passphrase: Annotated[str, Form()] = "") -> Response:
        async def renew() -> Response:
            return pages.page(request, "chat/recovery.html", code=await pages.desk.new_key(passphrase))

        return await _tried(request, "key", renew)

    @router.post("/bewaren/reservekopie")
    async def backup(request: Request, passphrase: Annotated[str, Form()] = "") -> Response:
        async def copy() -> Response:
            data = await pages.desk.back_up(passphrase)
            return Response(data, media_type="application/octet-stream", headers=_FILE)

        return await _tried(request, "backup", copy)

    @router.get("/terugzetten")
    async def ask_restore(request: Request) -> Response:
        return _form(request, "restore")

    @router.post("/terugzetten")
    async def restore(
        request: Request, path: Annotated[str, Form()] = "", secret: Annotated[str, Form()] = ""
    ) -> Response:
        try:
            await pages.desk.restore(path, secret)
        except DeskError as error:
            return _form(request, "restore", _sentence(request, error))
        return pages.goto(request, "/")

    @router.get("/wissen")
    async def ask_erase(request: Request) -> Response:
        return _form(request, "erase")

    @router.post("/wissen")
    async def erase(request: Request, confirm: Annotated[str, Form()] = "") -> Response:
        words = pages.words(request)
        if " ".join(confirm.split()).casefold() != words.say("safekeeping.erase_word"):
            return _form(request, "erase", words.say("error.not_confirmed"))
        try:
            await pages.desk.erase()
        except DeskError as error:
            return _form(request, "erase", _sentence(request, error))
        finally:
            pages.opening += 1
        return pages.goto(request, "/")

    def _kept() -> bool:
        return not pages.closed and pages.desk.kept

    def _form(request: Request, step: str, error: str = "") -> Response:
        action, fields = _FIELDS[step]
        status = 422 if error else 200
        return pages.page(
            request, "safekeeping/form.html", status=status, step=step, action=action, fields=fields, error=error
        )

    async def _done(request: Request, sentence: str) -> Response:
        typed = await pages.desk.recovery_typed()
        return pages.page(request, "safekeeping/room.html", done=sentence, typed=typed)

    async def _tried(request: Request, step: str, work: Callable[[], Awaitable[Response]]) -> Response:
        if not _kept():
            return pages.goto(request, "/")
        try:
            return await work()
        except DeskError as error:
            return _form(request, step, _sentence(request, error))

    def _sentence(request: Request, error: DeskError) -> str:
        words = pages.words(request)
        sentence = words.say(f"error.{error.code}")
        if error.wait_seconds > 0:
            sentence = f"{sentence} {words.say('unlock.wait', seconds=ceil(error.wait_seconds))}"
        return sentence

    return router
