"""The way in: a page with one button that uses up a launch token, and the door of `app url`."""

from typing import Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from app.web.security.asked import Asked, session_cookie
from app.web.security.sessions import Sessions, same

LAUNCH = "/start/"
CONTROL = "/start"
SCRIPT = "/static/launch.js"
_SCRIPT_TEXT = b"// With JavaScript nobody has to press the one button of this page.\ndocument.forms.launch.submit();\n"


class Drawer(Protocol):
    """What this layer asks of the pages: whole pages, and refusals of one sentence."""

    def page(self, request: Request, template: str, *, status: int = 200, **context: object) -> Response: ...
    def refusal(self, request: Request, status: int, code: str = "") -> Response: ...


class Launcher:
    """Draws and handles the launch page. Looking at it changes nothing; only its button does."""

    def __init__(self, sessions: Sessions, pages: Drawer, control_secret: str) -> None:
        self._sessions, self._pages, self._control_secret = sessions, pages, control_secret

    def script(self) -> Response:
        return Response(_SCRIPT_TEXT, media_type="text/javascript; charset=utf-8")

    def look(self, request: Request, asked: Asked) -> Response:
        token = asked.path.removeprefix(LAUNCH)
        if not self._sessions.can_launch(token):
            return self._pages.refusal(request, 403)
        return self._pages.page(request, "security/launch.html", action=LAUNCH + token, script=SCRIPT)

    def open(self, request: Request, asked: Asked) -> Response:
        """Use the token up and hand out the session; a second press by the same browser just goes on."""
        answer = RedirectResponse("/", status_code=303)
        session = self._sessions.launch(asked.path.removeprefix(LAUNCH))
        if session is None:
            return answer if self._sessions.find(asked.cookie) else self._pages.refusal(request, 403)
        answer.raw_headers.append(session_cookie(session.cookie, asked.header("user-agent") or ""))
        return answer

    def fresh(self, asked: Asked) -> Response:
        """A new launch token for a program of the same user, which could read the secret in the run file."""
        given = (asked.header("authorization") or "").removeprefix("Bearer ")
        if not self._control_secret or not same(given, self._control_secret):
            return JSONResponse({"error": "refused"}, status_code=403)
        return JSONResponse({"launch": LAUNCH + self._sessions.new_launch()})
