"""The language model: which there are, what they are, getting one, and which one answers."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from app.models.keeper import ModelError, ModelKeeper
from app.web.pages import Pages

_GIGABYTE, _MEGABYTE, _MINUTE = 1_000_000_000, 1_000_000, 60
_GIBIBYTE = 1 << 30


def model_router(pages: Pages) -> APIRouter:
    router = APIRouter()
    keeper = pages.models
    if keeper is None:
        return router

    async def draw(request: Request, code: str = "") -> Response:
        if pages.closed:
            return pages.goto(request, "/")
        context = await _everything(keeper)
        return pages.page(request, "model/model.html", status=422 if code else 200, code=code, **context)

    @router.get("/taalmodel")
    async def show(request: Request) -> Response:
        return await draw(request)

    @router.get("/taalmodel/voortgang")
    async def progress(request: Request) -> Response:
        """What htmx asks every two seconds while a model is on its way."""
        if pages.closed:
            return pages.goto(request, "/")
        return HTMLResponse(pages.fragment(request, "model/_progress.html", **_progress(keeper)))

    @router.post("/taalmodel/halen")
    async def get(request: Request, name: Annotated[str, Form(max_length=60)]) -> Response:
        return await done(request, lambda: keeper.get(name))

    @router.post("/taalmodel/pauze")
    async def pause(request: Request) -> Response:
        return await done(request, keeper.getting.pause)

    @router.post("/taalmodel/kies")
    async def use(request: Request, file: Annotated[str, Form(max_length=200)] = "") -> Response:
        return await done(request, lambda: keeper.use(file))

    @router.post("/taalmodel/weg")
    async def remove(request: Request, file: Annotated[str, Form(max_length=200)]) -> Response:
        return await done(request, lambda: keeper.remove(file))

    async def done(request: Request, work: Callable[[], Awaitable[None]]) -> Response:
        """Do it, and show the page anew; a refusal stands on it in one sentence."""
        if pages.closed:
            return pages.goto(request, "/")
        try:
            await work()
        except ModelError as error:
            return await draw(request, error.code)
        return pages.goto(request, "/taalmodel")

    return router


async def _everything(keeper: ModelKeeper) -> dict[str, object]:
    return {
        "shelf": await keeper.shelf(),
        "memory": round(keeper.machine.memory / _GIBIBYTE),
        "cores": keeper.machine.cores,
        "loading": keeper.loading,
        "folder": str(keeper.folder.path),
        "host": urlsplit(keeper.catalogue.source.base).netloc,
        "gb": _gigabytes,
        **_progress(keeper),
    }


def _progress(keeper: ModelKeeper) -> dict[str, object]:
    now = keeper.getting.progress
    left = now.seconds_left
    return {
        "progress": now,
        "getting": keeper.title(now.name),
        "size_gb": _gigabytes(now.size),
        "speed_mb": f"{now.speed / _MEGABYTE:.1f}",
        "minutes": None if left is None else round(left / _MINUTE),
    }


def _gigabytes(size: int) -> str:
    return f"{size / _GIGABYTE:.1f}"
