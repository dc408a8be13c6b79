"""*Leren*: a list and short pages, readable in every phase; what was read is kept nowhere."""

from pathlib import Path

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response
from markupsafe import Markup

from app.web.learn.leaves import load_leaves
from app.web.pages import Pages


def learn_router(pages: Pages, home: Path) -> APIRouter:
    leaves = load_leaves(home)
    router = APIRouter(prefix="/leren")

    @router.get("")
    async def subjects(request: Request) -> Response:
        found = leaves[pages.words(request).language]
        return pages.page(request, "learn/list.html", leaves=tuple(found.values()))

    @router.get("/{name}")
    async def subject(request: Request, name: str) -> Response:
        leaf = leaves[pages.words(request).language].get(name)
        if leaf is None:
            raise HTTPException(404)
        text = Markup(leaf.html)  # noqa: S704, reviewed text of ours, cleaned by nh3
        return pages.page(request, "learn/leaf.html", leaf=leaf, text=text)

    return router
