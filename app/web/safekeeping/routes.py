"""*Bewaren en sleutels*: every way to look after what is kept, each a page with one form.

Erasing takes two pages: typed words, then what goes and a second yes. It asks no secret, so that who lost both
can begin anew; someone at this account could throw the folder away as well.
"""

from collections.abc import Awaitable, Callable
from math import ceil
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import PlainTextResponse, Response

from app.conversation.passphrase import strength_of
from app.conversation.values import DeskError, Phase
from app.web.chat.keeping import code_page
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
_WAYS = tuple((step, _FIELDS[step][0]) for step in ("passphrase", "code", "backup", "key", "restore", "erase"))
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

    async def room(self, request: Request, *done: str) -> Response:
        """The list of ways; `done` are keys of what was just done."""
        typed = not self._pages.desk.kept or await self._pages.desk.recovery_typed()
        said = " ".join(self._pages.words(request).say(f"safekeeping.{key}") for key in done)
        return self._pages.page(request, "safekeeping/room.html", done=said, typed=typed, ways=_WAYS)

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
    router.include_router(_erasing_router(pages, drawn))
    return router


def _keys_router(pages: Pages, drawn: _Drawn) -> APIRouter:
    router = APIRouter()

    @router.get(_HOME)
    async def room(request: Request) -> Response:
        return pages.goto(request, "/") if pages.closed else await drawn.room(request)

    @router.get("/bewaren/{name}")
    async def ask(request: Request, name: str) -> Response:
        for step in ("passphrase", "code", "key", "backup"):
            if _FIELDS[step][0].endswith(f"/{name}"):
                return drawn.form(request, step) if drawn.kept() else pages.goto(request, "/")
        return pages.refusal(request, 404)

    @router.post("/bewaren/sterkte")
    async def strength(request: Request, passphrase: Annotated[str, Form()] = "") -> Response:
        """One sentence on what is being typed; nothing of it is kept."""
        key = f"strength_{strength_of(passphrase)}" if passphrase else ""
        return PlainTextResponse(pages.words(request).say(f"safekeeping.{key}") if key else "")

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
            return await drawn.room(request, "passphrase_done", f"strength_{strength_of(new)}")

        return await drawn.tried(request, "passphrase", change)

    @router.post("/bewaren/herstelcode")
    async def code(request: Request, passphrase: Annotated[str, Form()] = "") -> Response:
        async def renew() -> Response:
            return code_page(pages, request, await pages.desk.new_recovery_code(passphrase))

        return await drawn.tried(request, "code", renew)

    @router.post("/bewaren/sleutel")
    async def key(request: Request, passphrase: Annotated[str, Form()] = "") -> Response:
        async def renew() -> Response:
            return code_page(pages, request, await pages.desk.new_key(passphrase))

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
            return await drawn.room(request, "type_done")

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
        if not pages.closed:
            return pages.page(request, "safekeeping/locked_only.html")
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

    return router


def _erasing_router(pages: Pages, drawn: _Drawn) -> APIRouter:
    router = APIRouter()

    def meant(request: Request, typed: str) -> bool:
        return " ".join(typed.split()).casefold() == pages.words(request).say("safekeeping.erase_word")

    def refused(request: Request) -> Response:
        return drawn.form(request, "erase", pages.words(request).say("error.not_confirmed"))

    @router.get("/wissen")
    async def ask(request: Request) -> Response:
        nothing = pages.desk.phase is Phase.NEW
        return pages.goto(request, "/") if nothing else drawn.form(request, "erase")

    @router.post("/wissen")
    async def typed(request: Request, confirm: Annotated[str, Form()] = "") -> Response:
        return pages.page(request, "safekeeping/erase.html") if meant(request, confirm) else refused(request)

    @router.post("/wissen/zeker")
    async def erase(request: Request, confirm: Annotated[str, Form()] = "") -> Response:
        if not meant(request, confirm):  # the second page alone does nothing
            return refused(request)
        try:
            await pages.desk.erase()
        except DeskError as error:
            return drawn.form(request, "erase", drawn.sentence(request, error))
        finally:
            pages.opening += 1
        return pages.goto(request, "/")

    return router
