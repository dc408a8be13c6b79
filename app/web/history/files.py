"""Searching conversations, taking them along as a file after a warning, and bringing an export back."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from app.conversation.takeaway import MOST_CHARACTERS, as_json, as_markdown
from app.conversation.told import Told
from app.conversation.values import DeskError
from app.web.chat.text import tidy
from app.web.pages import Pages
from app.web.words import Words

_MOST_ASKED = 200
Kind = Literal["md", "html", "json"]
_TYPES: dict[Kind, str] = {"md": "text/markdown", "html": "text/html", "json": "application/json"}


def files_router(pages: Pages) -> APIRouter:
    """In front of the routes of one conversation."""
    looking = _Looking(pages)
    router = APIRouter(prefix="/gesprekken")
    router.add_api_route("/zoeken", looking.search, methods=["POST"])
    router.add_api_route("/meenemen", looking.warn, methods=["GET"])
    router.add_api_route("/meenemen", looking.file, methods=["POST"])
    router.add_api_route("/terugzetten", looking.ask_file, methods=["GET"])
    router.add_api_route("/terugzetten", looking.bring_back, methods=["POST"])
    router.add_api_route("/{conversation}/meenemen", looking.warn, methods=["GET"])
    return router


class _Looking:
    """The handlers; words that are looked for never stand in an address, which a browser keeps."""

    def __init__(self, pages: Pages) -> None:
        self._pages, self._history = pages, pages.desk.history

    async def search(self, request: Request, words: Annotated[str, Form()] = "") -> Response:
        asked = " ".join(tidy(words)[:_MOST_ASKED].split())
        if not asked:
            return self._pages.goto(request, "/gesprekken")
        found = await self._history.search(asked)
        return self._pages.page(request, "history/found.html", asked=asked, found=found)

    async def warn(self, request: Request, conversation: str = "") -> Response:
        talks = await self._history.take(conversation)
        title = talks[0].title if conversation else ""
        return self._pages.page(request, "history/take.html", conversation=conversation, title=title, none=not talks)

    async def file(
        self, request: Request, kind: Annotated[Kind, Form()], conversation: Annotated[str, Form()] = ""
    ) -> Response:
        """The file; its name says nothing of what is in it."""
        talks = await self._history.take(conversation)
        words = self._pages.words(request)
        name = f"{words.say('history.file_name')}-{self._pages.clock.now().date().isoformat()}.{kind}"
        headers = {"content-disposition": f'attachment; filename="{name}"'}
        return Response(self._written(request, kind, talks, words), media_type=_TYPES[kind], headers=headers)

    async def ask_file(self, request: Request) -> Response:
        await self._pages.desk.conversations()  # refuses when nothing is open
        return self._ask(request)

    async def bring_back(self, request: Request, text: Annotated[str, Form()] = "") -> Response:
        await self._pages.desk.conversations()
        try:
            if not text.strip():
                raise DeskError("import_empty")
            added = await self._history.bring_back(tidy(text))
        except DeskError as error:
            if not error.code.startswith("import_"):
                raise
            return self._ask(request, error=self._pages.words(request).say(f"error.{error.code}"))
        return self._ask(request, added=added)

    def _ask(self, request: Request, error: str = "", added: int = -1) -> Response:
        status = 422 if error else 200
        shown = {"error": error, "added": added, "most": MOST_CHARACTERS}
        return self._pages.page(request, "history/bring_back.html", status=status, **shown)

    def _written(self, request: Request, kind: Kind, talks: tuple[Told, ...], words: Words) -> str:
        names = {"user": words.say("chat.you"), "assistant": words.say("chat.program")}
        if kind == "json":
            return as_json(talks)
        if kind == "md":
            return as_markdown(talks, names, words.moment)
        return self._pages.fragment(request, "history/paper.html", talks=talks, names=names)
