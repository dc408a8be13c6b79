"""The outermost ASGI layer: default deny, in this order.

Host       exactly one of ours, else nothing is looked at
method     GET and POST
/v1        the bearer token and nothing else (app/api checks it); absent without --api
origin     Sec-Fetch-Site and, for a change, Origin: only this program's own pages
session    without one only the launch page, help, notes and static files
page token for every change, beside the cookie: cookies are shared between ports of 127.0.0.1
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.log import log_failure
from app.web.security.asked import SAFE, UNSAFE, Asked, allowed_hosts, session_cookie
from app.web.security.body import (
    FILE_BYTES,
    FORM_TYPE,
    SMALL_BYTES,
    TALK_BYTES,
    TooLargeError,
    UnreadableError,
    form_fields,
    read_body,
    replayed,
)
from app.web.security.headers import secured
from app.web.security.launch import CONTROL, LAUNCH, SCRIPT, Drawer, Launcher
from app.web.security.sessions import Session, Sessions, same

API = "/v1/"
FOR_EVERYBODY = frozenset({"/hulp", "/hulp/mens", "/hulp/inhoud", "/notities", "/toestand"})
"""What works without a session: the way to help above all."""

_STATIC = "/static/"
_FROM_ANYWHERE = frozenset({"/hulp", "/notities"})
_QUICK_EXIT, _NOTES = "/weg", "/notities"
_TALK, _TOOLS, _BRING_BACK = "/gesprek/", "/gereedschap/", "/gesprekken/terugzetten"
_TALK_ENDS = ("/bericht", "/klad")

Standing = Callable[[], Hashable]
"""Changes when the person locks or unlocks: then cookie and page token change too."""


@dataclass(frozen=True, slots=True)
class Gate:
    """What the layer works with. `control_secret` "": no control door; `api` None: no `/v1`."""

    port: int
    sessions: Sessions
    pages: Drawer
    standing: Standing
    control_secret: str = field(default="", repr=False)
    api: ASGIApp | None = None


class SecurityLayer:
    """Wraps the pages (and `/v1`, when there is one). Nothing a request holds comes back in a refusal."""

    def __init__(self, app: ASGIApp, gate: Gate) -> None:
        self._app, self._api = app, gate.api
        self._hosts = allowed_hosts(gate.port)
        self._sessions, self._pages, self._standing = gate.sessions, gate.pages, gate.standing
        self._launcher = Launcher(gate.sessions, gate.pages, gate.control_secret)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._closing(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _closing(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; a failure ends here as one sentence, and is logged by type and place only."""
        started = False

        async def with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message = {**message, "headers": secured(message.get("headers", ()))}
            await send(message)

        try:
            await self._judged(scope, receive, with_headers)
        except Exception as error:  # noqa: BLE001, the server would log the error with its text
            log_failure(error)
            if not started:
                await _plain(500)(scope, receive, with_headers)

    async def _judged(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = Asked.of(scope)
        if asked.header("host") not in self._hosts or not asked.path.startswith("/"):
            await _plain(400)(scope, receive, send)
        elif asked.method not in (SAFE, UNSAFE):
            await _plain(405)(scope, receive, send)
        elif asked.path.startswith(API):
            await (self._api or _plain(404))(scope, receive, send)
        elif asked.path == CONTROL and asked.method == UNSAFE:
            await self._launcher.fresh(asked)(scope, receive, send)
        elif asked.method == SAFE:
            await self._look(asked, scope, receive, send)
        else:
            await self._change(asked, scope, receive, send)

    async def _look(self, asked: Asked, scope: Scope, receive: Receive, send: Send) -> None:
        session = self._sessions.find(asked.cookie)
        request = without_place(Request(scope, receive))
        if not _may_look(asked):
            await self._pages.refusal(request, 403)(scope, receive, send)
        elif asked.path == SCRIPT:
            await self._launcher.script()(scope, receive, send)
        elif asked.path.startswith(LAUNCH):
            await self._launcher.look(request, asked)(scope, receive, send)
        elif session is None and not (asked.path in FOR_EVERYBODY or asked.path.startswith(_STATIC)):
            await self._pages.refusal(request, 403)(scope, receive, send)
        else:
            await self._app(_known(scope, session), receive, send)

    async def _change(self, asked: Asked, scope: Scope, receive: Receive, send: Send) -> None:
        request = without_place(Request(scope, receive))
        if asked.site != "same-origin" or asked.header("origin") != f"http://{asked.header('host')}":
            await self._pages.refusal(request, 403)(scope, receive, send)
            return
        if asked.path.startswith(LAUNCH):
            await self._launcher.open(request, asked)(scope, receive, send)
            return
        try:
            body = await read_body(receive, asked.header("content-length"), _limit(asked.path))
            session = self._allowed(asked, body)
        except TooLargeError:
            await self._pages.refusal(request, 413)(scope, receive, send)
        except UnreadableError:
            await self._pages.refusal(request, 400)(scope, receive, send)
        else:
            if session is None:
                await self._not_allowed(request, asked)(scope, receive, send)
            else:
                known, again = _known(scope, session), replayed(body, receive)
                await self._app(known, again, self._rotating(asked, send))

    def _allowed(self, asked: Asked, body: bytes) -> Session | None:
        """The session, when the cookie and the page token of this request belong together."""
        if asked.content_type != FORM_TYPE:
            raise UnreadableError
        fields = form_fields(body)
        session = self._sessions.find(asked.cookie)
        given = asked.header("x-page-token") or fields.get("page_token", "")
        return session if session is not None and same(given, session.page_token) else None

    def _not_allowed(self, request: Request, asked: Asked) -> Response:
        """*Snel weg* in a tab that is no longer valid changes nothing, but still leads away."""
        if asked.path == _QUICK_EXIT:
            return RedirectResponse(_NOTES, status_code=303)
        return self._pages.refusal(request, 403)

    def _rotating(self, asked: Asked, send: Send) -> Send:
        """When this request locks or unlocks, its answer carries a new session's cookie; the old ones end."""
        before, generation = self._standing(), self._sessions.generation

        async def rotating(message: Message) -> None:
            if message["type"] == "http.response.start" and self._standing() != before:
                fresh = self._sessions.rotate(generation)
                cookie = session_cookie(fresh.cookie, asked.header("user-agent") or "")
                message = {**message, "headers": [*message.get("headers", ()), cookie]}
            await send(message)

        return rotating


def _may_look(asked: Asked) -> bool:
    """Only our own pages, or the person's own hand: an address typed, a page reloaded. Absent is refused."""
    if asked.site == "same-origin":
        return True
    if not asked.navigates:
        return False
    if asked.site == "none":
        return True
    led_here = asked.site in ("same-site", "cross-site")
    return led_here and (asked.path.startswith(LAUNCH) or asked.path in _FROM_ANYWHERE)


def without_place(request: Request) -> Request:
    """The same request as if it asked for the front page: an error page must not repeat an address."""
    return Request({**request.scope, "path": "/", "raw_path": b"/", "query_string": b""}, request.receive)


def _limit(path: str) -> int:
    if path == _BRING_BACK:
        return FILE_BYTES
    typed = path.startswith(_TOOLS) or (path.startswith(_TALK) and path.endswith(_TALK_ENDS))
    return TALK_BYTES if typed else SMALL_BYTES


def _known(scope: Scope, session: Session | None) -> Scope:
    state = dict(scope.get("state") or {})
    if session is not None:
        state["page_token"] = session.page_token
    return {**scope, "state": state}


def _plain(status: int) -> Response:
    """For what no browser of the person sends: a few words, no page."""
    words = {400: "bad request", 404: "not found", 405: "method not allowed", 500: "failed"}
    headers = {"allow": "GET, POST"} if status == 405 else None
    return PlainTextResponse(words[status], status_code=status, headers=headers)
