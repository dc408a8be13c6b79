"""Who sits at this laptop: launch tokens that work once, sessions, and the page token every change needs.

Everything lives in memory and dies with the process.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

LAUNCH_SECONDS = 600.0
_TOKEN_BYTES = 32
_MOST_LAUNCHES = 16
_MOST_SESSIONS = 8

Seconds = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Session:
    """`cookie` goes to the browser's cookie jar, `page_token` into each page: a change needs both."""

    cookie: str = field(repr=False)
    page_token: str = field(repr=False)


class Sessions:
    """At most a few browsers of one person. Belongs to one event loop; no method waits."""

    def __init__(self, seconds: Seconds = time.monotonic) -> None:
        self._seconds = seconds
        self._launches: dict[bytes, float] = {}
        self._sessions: dict[bytes, Session] = {}
        self.generation = 0  # rises with each rotation

    def new_launch(self) -> str:
        """A token that opens one session, once, within ten minutes."""
        self._forget_old_launches()
        while len(self._launches) >= _MOST_LAUNCHES:
            del self._launches[next(iter(self._launches))]
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        self._launches[_digest(token)] = self._seconds() + LAUNCH_SECONDS
        return token

    def can_launch(self, token: str) -> bool:
        """Whether a token would still work; looking does not use it up."""
        self._forget_old_launches()
        return _digest(token) in self._launches

    def launch(self, token: str) -> Session | None:
        """Use a token up: a new session, or None for one that is unknown, used or too old."""
        self._forget_old_launches()
        if self._launches.pop(_digest(token), None) is None:
            return None
        return self._open()

    def find(self, cookie: str) -> Session | None:
        return self._sessions.get(_digest(cookie))

    def rotate(self, since: int) -> Session:
        """End all sessions and open a new one, unless that was done since generation `since`: then that.

        Two tabs that lock at the same moment so end up with the same cookie.
        """
        if self.generation == since or not self._sessions:
            self._sessions.clear()
            self.generation += 1
            return self._open()
        return next(reversed(self._sessions.values()))

    def newest_cookie(self) -> str:
        """Of the session that was opened last; "" without one."""
        return next(reversed(self._sessions.values())).cookie if self._sessions else ""

    def handed_on(self) -> dict[str, Any]:
        """Who may look, as plain data for the next process of this run: no word of the person."""
        return {
            "launches": [[token.hex(), until] for token, until in self._launches.items()],
            "sessions": [[session.cookie, session.page_token] for session in self._sessions.values()],
            "generation": self.generation,
        }

    def take_over(self, handed: dict[str, Any]) -> None:
        """Go on with what `handed_on` gave; the clock of `seconds` must be the same one."""
        self._launches = {bytes.fromhex(token): float(until) for token, until in handed["launches"]}
        self._sessions = {_digest(cookie): Session(cookie, page_token) for cookie, page_token in handed["sessions"]}
        self.generation = int(handed["generation"])

    def _open(self) -> Session:
        while len(self._sessions) >= _MOST_SESSIONS:
            del self._sessions[next(iter(self._sessions))]
        session = Session(secrets.token_urlsafe(_TOKEN_BYTES), secrets.token_urlsafe(_TOKEN_BYTES))
        self._sessions[_digest(session.cookie)] = session
        return session

    def _forget_old_launches(self) -> None:
        now = self._seconds()
        self._launches = {token: until for token, until in self._launches.items() if until > now}


def same(one: str, other: str) -> bool:
    """Equal, in a time that does not depend on where they differ."""
    return secrets.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass"))


def _digest(token: str) -> bytes:
    """Tokens are looked up by digest, so that a lookup tells nothing about a token."""
    return sha256(token.encode("utf-8", "surrogatepass")).digest()
