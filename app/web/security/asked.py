"""A request as the security layer judges it: only headers, read once, each at most once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie

from starlette.types import Scope

SAFE = "GET"
UNSAFE = "POST"
COOKIES = ("__Host-k", "k")
"""`__Host-` where a browser takes it over http on loopback: Chromium, Firefox. Safari gets the other."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Headers that decide, each None when it is absent or sent twice."""

    method: str
    path: str
    headers: Mapping[str, str | None]

    @classmethod
    def of(cls, scope: Scope) -> "Asked":
        return cls(scope["method"], scope["path"], _once(scope["headers"]))

    def header(self, name: str) -> str | None:
        return self.headers.get(name)

    @property
    def site(self) -> str | None:
        return self.header("sec-fetch-site")

    @property
    def navigates(self) -> bool:
        """A whole page in a tab, not a part of another page or a script's request."""
        return self.header("sec-fetch-mode") == "navigate" and self.header("sec-fetch-dest") == "document"

    @property
    def cookie(self) -> str:
        """The session cookie; "" when there is none, or more than one."""
        try:
            jar = SimpleCookie(self.header("cookie") or "")
        except CookieError:
            return ""
        found = [jar[name].value for name in COOKIES if name in jar]
        return found[0] if len(found) == 1 else ""

    @property
    def content_type(self) -> str:
        return (self.header("content-type") or "").split(";")[0].strip().lower()


def allowed_hosts(port: int) -> frozenset[str]:
    return frozenset({f"127.0.0.1:{port}", f"localhost:{port}"})


def session_cookie(value: str, user_agent: str) -> tuple[bytes, bytes]:
    """The header that sets the session cookie. For this session and host only, hidden from scripts."""
    safari = "Safari/" in user_agent and not any(name in user_agent for name in ("Chrome/", "Chromium/"))
    name, secure = (COOKIES[1], "") if safari else (COOKIES[0], "; Secure")
    return b"set-cookie", f"{name}={value}; Path=/; HttpOnly; SameSite=Strict{secure}".encode()


def _once(headers: Iterable[tuple[bytes, bytes]]) -> Mapping[str, str | None]:
    found: dict[str, str | None] = {}
    for raw, value in headers:
        name = raw.decode("latin-1").lower()
        found[name] = None if name in found else value.decode("latin-1")
    return found
