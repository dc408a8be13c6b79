"""`/v1/chat/completions` and `/v1/models`: the bearer token, then the turn, whole or as a stream."""

import json
import secrets
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api.asked import Asked
from app.api.errors import ApiError
from app.api.turn import Answerer, Grown
from app.conversation.clock import Clock
from app.conversation.turn import Cast
from app.log import log_failure
from app.web.security.body import API_BYTES, TooLargeError, UnreadableError, read_body, replayed
from app.web.security.sessions import same
from guardrails.guard import Guard

MODEL = "klankbord"


@dataclass(frozen=True, slots=True)
class Door:
    """What the testers' door is made of; `token` is what a tester has to send."""

    guard: Guard
    responders: Callable[[], Cast]
    clock: Clock
    token: str = field(repr=False)


def api_app(door: Door, api: FastAPI) -> ASGIApp:
    """Hang the routes in `api` and put the token before them. The security layer has judged the Host."""
    routes = _Routes(Answerer(door.guard, door.responders, door.clock), int(door.clock.now().timestamp()))
    api.add_route("/v1/chat/completions", routes.complete, methods=["POST"])
    api.add_route("/v1/models", routes.models, methods=["GET"])
    api.add_route("/v1/models/{model}", routes.model, methods=["GET"])
    api.add_exception_handler(HTTPException, _refused)
    api.add_exception_handler(ApiError, _refused)
    return _Guarded(api, door.token)


class _Guarded:
    """The token, and the size of the body, before anything is parsed."""

    def __init__(self, api: ASGIApp, token: str) -> None:
        self._api, self._token = api, token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        given = [value for name, value in scope["headers"] if name.lower() == b"authorization"]
        scheme, _, token = (given[0] if len(given) == 1 else b"").decode("latin-1").partition(" ")
        if scheme.lower() != "bearer" or not same(token.strip(), self._token.encode().decode("latin-1")):
            refusal = ApiError(401, "The bearer token is missing or not the right one.")
            await refusal.response()(scope, receive, send)
            return
        length = next((v.decode("latin-1") for n, v in scope["headers"] if n == b"content-length"), None)
        try:
            body = await read_body(receive, length, API_BYTES)
        except TooLargeError:
            await ApiError(413, "The body may be one MiB at most.").response()(scope, receive, send)
        except UnreadableError:
            return  # the tester hung up
        else:
            await self._api(scope, replayed(body, receive), send)


class _Routes:
    def __init__(self, answerer: Answerer, since: int) -> None:
        self._answerer, self._since = answerer, since

    async def models(self, request: Request) -> Response:
        return JSONResponse({"object": "list", "data": [self._model()]})

    async def model(self, request: Request) -> Response:
        if request.path_params["model"] != MODEL:
            raise ApiError(404, f"There is one model here: {MODEL}.", "model")
        return JSONResponse(self._model())

    def _model(self) -> dict[str, object]:
        return {"id": MODEL, "object": "model", "created": self._since, "owned_by": MODEL}

    async def complete(self, request: Request) -> Response:
        asked = Asked.read(await request.body())
        frame = _Frame(f"chatcmpl-{secrets.token_hex(12)}", int(self._answerer.clock.now().timestamp()))
        if asked.stream:
            return StreamingResponse(self._streamed(asked, frame), media_type="text/event-stream")
        pieces = [piece async for piece in self._answerer.grow(asked)]
        return JSONResponse(frame.whole("".join(piece.text for piece in pieces), pieces[-1], asked))

    async def _streamed(self, asked: Asked, frame: "_Frame") -> AsyncGenerator[str, None]:
        yield _line(frame.chunk({"role": "assistant", "content": ""}))
        said: list[str] = []
        try:
            async with aclosing(self._answerer.grow(asked)) as pieces:
                async for piece in pieces:
                    said.append(piece.text)
                    for chunk in _chunks(frame, piece, _usage(asked, "".join(said)) if asked.wants_usage else None):
                        yield _line(chunk)
        except Exception as error:  # noqa: BLE001, the answer has begun: it is told inside it
            log_failure(error)
            yield _line({"error": {"message": "The program failed.", "type": "server_error"}})
        yield "data: [DONE]\n\n"


@dataclass(frozen=True, slots=True)
class _Frame:
    """What stands around every piece of one answer."""

    id: str
    created: int

    def whole(self, text: str, last: Grown, asked: Asked) -> dict[str, object]:
        message = {"role": "assistant", "content": text, "refusal": None}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        around = {**self._around("chat.completion"), "usage": _usage(asked, text)}
        return {**around, "choices": [choice], "klankbord": last.klankbord}

    def chunk(self, delta: dict[str, str]) -> dict[str, object]:
        return self._chunk(delta, None)

    def stopped(self) -> dict[str, object]:
        return self._chunk({}, "stop")

    def counted(self, counts: dict[str, int]) -> dict[str, object]:
        return {**self._around("chat.completion.chunk"), "choices": [], "usage": counts}

    def _chunk(self, delta: dict[str, str], finish: str | None) -> dict[str, object]:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return {**self._around("chat.completion.chunk"), "choices": [choice]}

    def _around(self, kind: str) -> dict[str, object]:
        return {"id": self.id, "object": kind, "created": self.created, "model": MODEL}


def _chunks(frame: _Frame, piece: Grown, counts: dict[str, int] | None) -> list[dict[str, object]]:
    """What a piece is in the stream. `klankbord` stands on the very last chunk, which counts when that was asked."""
    if piece.klankbord is None:
        return [frame.chunk({"content": piece.text})]
    ends = [frame.stopped()] if counts is None else [frame.stopped(), frame.counted(counts)]
    return [*ends[:-1], {**ends[-1], "klankbord": piece.klankbord}]


def _usage(asked: Asked, text: str) -> dict[str, int]:
    """Counts as clients expect them. Words, not tokens: a reply is of several writers, and some have no tokens."""
    prompt = sum(len(words.split()) for _, words in asked.talk())
    written = len(text.split())
    return {"prompt_tokens": prompt, "completion_tokens": written, "total_tokens": prompt + written}


def _line(data: dict[str, object]) -> str:
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n"


async def _refused(request: Request, error: Exception) -> Response:
    if isinstance(error, ApiError):
        return error.response()
    status = error.status_code if isinstance(error, HTTPException) else 500
    words = {404: "There is no such address here.", 405: "This address is not asked that way."}
    return ApiError(status, words.get(status, "The program failed.")).response()
