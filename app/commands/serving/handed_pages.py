"""The pages that must answer while the next process loads: drawn once, after the lock, as whole HTTP answers."""

from pathlib import Path
from typing import Any

from starlette.types import ASGIApp, Message

_PAGES = ("/notities", "/hulp", "/hulp/inhoud", "/hulp/mens", "/toestand")
_OWN_PAGES = ("/", "/herstelcode", *_PAGES)
_STATIC = Path(__file__).resolve().parents[2] / "web" / "static"


async def pages_at_once(app: ASGIApp, port: int, cookie: str = "") -> dict[str, str]:
    """Path to answer (latin-1); nothing of the person is in them. `cookie` draws those of one session."""
    own = [f"/static/{path.name}" for path in sorted(_STATIC.iterdir())]
    paths = _OWN_PAGES if cookie else (*_PAGES, *own)
    return {path: await _answer(app, port, path, cookie) for path in paths}


async def _answer(app: ASGIApp, port: int, path: str, cookie: str) -> str:
    parts: list[bytes] = []
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [
            (b"host", f"127.0.0.1:{port}".encode()),
            (b"sec-fetch-site", b"same-origin"),
            (b"sec-fetch-mode", b"navigate"),
            (b"sec-fetch-dest", b"document"),
            *([(b"cookie", cookie.encode())] if cookie else []),
        ],
        "client": None,
        "server": ("127.0.0.1", port),
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [(n, v) for n, v in message["headers"] if n.lower() not in (b"connection", b"content-length")]
            lines = [b"HTTP/1.1 %d OK" % message["status"], *(n + b": " + v for n, v in kept), b"connection: close"]
            parts.append(b"\r\n".join(lines) + b"\r\n\r\n")
        else:
            parts.append(message.get("body", b""))

    await app(scope, receive, send)
    return b"".join(parts).decode("latin-1")
