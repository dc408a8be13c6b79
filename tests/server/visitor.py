"""A browser reduced to what the security layer looks at: every header is the test's own choice."""

import re
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

import pytest
from httpx2 import Response
from starlette.testclient import TestClient
from starlette.types import ASGIApp
from starlette.websockets import WebSocketDisconnect

PORT = 8123
HOST = f"127.0.0.1:{PORT}"
ORIGIN = f"http://{HOST}"
FORM = "application/x-www-form-urlencoded"
TYPED = {"sec-fetch-site": "none", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
OWN = {**TYPED, "sec-fetch-site": "same-origin"}


class Visitor:
    """Keeps a cookie and a page token, and sends them unless told otherwise. Header None: not sent."""

    def __init__(self, app: ASGIApp) -> None:
        self._client = TestClient(app, base_url=ORIGIN, follow_redirects=False, raise_server_exceptions=False)
        self.cookie = ""
        self.page_token = ""

    def __enter__(self) -> Self:
        self._client.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.__exit__(kind, error, trace)

    def send(self, method: str, path: str, headers: list[tuple[str, str]], body: bytes | None = None) -> Response:
        """Exactly these headers."""
        request = self._client.build_request(method, path, content=body)
        given = {name for name, _ in headers}
        kept = [(n, v) for n, v in request.headers.items() if n == "content-length" and n not in given]
        request.headers = type(request.headers)([*kept, *headers])
        self._client.cookies.clear()
        return self._client.send(request)

    def web_socket_code(self, path: str) -> int:
        """With which code a web socket is closed."""
        with pytest.raises(WebSocketDisconnect) as closed, self._client.websocket_connect(path):
            pass
        return closed.value.code

    def get(self, path: str, **changed: str | None) -> Response:
        return self.send("GET", path, self._headers({"host": HOST, **OWN}, changed))

    def post(self, path: str, body: bytes | None = None, **fields: str) -> Response:
        return self.change(path, body, fields)

    def change(
        self,
        path: str,
        body: bytes | None = None,
        fields: dict[str, str] | None = None,
        **changed: str | None,
    ) -> Response:
        content = body if body is not None else urlencode({"page_token": self.page_token, **(fields or {})}).encode()
        own = {"host": HOST, "origin": ORIGIN, "content-type": FORM, **OWN}
        return self.send("POST", path, self._headers(own, changed), content)

    def enter(self, token: str) -> Response:
        """Press the button of the launch page, then read the page token from the first page."""
        answer = self.change(f"/start/{token}", b"")
        self.take_cookie(answer)
        self.look_around()
        return answer

    def take_cookie(self, answer: Response) -> None:
        self.cookie = answer.headers["set-cookie"].split(";")[0]

    def look_around(self) -> None:
        page = self.get("/hulp").text
        found = re.search(r'name="page_token" value="([^"]+)"', page)
        assert found, "no page token on the page"
        self.page_token = found[1]

    def _headers(self, own: dict[str, str], changed: dict[str, str | None]) -> list[tuple[str, str]]:
        named = {name.replace("_", "-"): value for name, value in changed.items()}
        all_headers: dict[str, str | None] = {**own, "cookie": self.cookie or None, **named}
        return [(name, value) for name, value in all_headers.items() if value is not None]
