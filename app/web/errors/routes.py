"""Errors as one sentence a person understands; nothing of what was sent comes back."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from app.conversation.values import DeskError
from app.web.pages import Pages

Handler = Callable[[Request, Any], Coroutine[Any, Any, Response]]

_KNOWN = frozenset({400, 403, 404, 405, 413, 422})
_STATUS = {
    "no_such_conversation": 404,
    "no_such_paper": 404,
    "too_long": 413,
    "disk_full": 507,
    "disk_fault": 507,
    "damaged": 500,
    "damaged_conversation": 500,
}


def error_handlers(pages: Pages) -> dict[int | type[Exception], Handler]:
    """For `FastAPI(exception_handlers=…)`."""

    async def http(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return pages.refusal(request, status if status in _KNOWN else 500)

    async def validation(request: Request, error: Exception) -> Response:
        return pages.refusal(request, 422)

    async def desk(request: Request, error: Exception) -> Response:
        code = error.code if isinstance(error, DeskError) else ""
        if code == "locked":
            return pages.goto(request, "/")
        return pages.refusal(request, _STATUS.get(code, 422), code)

    async def failure(request: Request, error: Exception) -> Response:
        return pages.refusal(request, 500)

    return {HTTPException: http, RequestValidationError: validation, DeskError: desk, Exception: failure}
