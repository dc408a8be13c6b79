"""While the program loads after a lock: the notes page and the way to help answer at once, the rest waits.

It looks only at the first bytes of a request and never takes them away: what it does not answer is handed to the
server untouched, with its body unread. Standard library only, so that it is there within a blink.
"""

import select
import socket
import threading
from contextlib import suppress

from app.commands.serving.again import Handed

_TICK_SECONDS = 0.05
_PEEK = 8192
_PATIENCE_SECONDS = 0.25
_MOST_WAITING = 64


class Meanwhile:
    """Answers on the inherited listener until `end`, which gives the connections that still wait."""

    def __init__(self, handed: Handed) -> None:
        self.listener = socket.socket(fileno=handed.listener)
        self.listener.set_inheritable(False)
        self._hosts = {f"127.0.0.1:{handed.port}", f"localhost:{handed.port}"}
        self._pages, self._cookies, self._own = handed.pages, frozenset(handed.cookies), handed.own_pages
        self._waiting: list[socket.socket] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def end(self) -> list[socket.socket]:
        """Stop; the connections nobody answered yet."""
        self._over.set()
        self._thread.join()
        waiting, self._waiting = self._waiting, []
        return waiting

    def _run(self) -> None:
        while not self._over.is_set() and len(self._waiting) < _MOST_WAITING:
            ready, _, _ = select.select([self.listener], [], [], _TICK_SECONDS)
            if ready:
                with suppress(OSError):
                    self._take(self.listener.accept()[0])

    def _take(self, connection: socket.socket) -> None:
        connection.settimeout(_PATIENCE_SECONDS)
        page = ""
        with suppress(TimeoutError):
            page = self._page_for(connection.recv(_PEEK, socket.MSG_PEEK))
        if not page:
            connection.setblocking(False)
            self._waiting.append(connection)
            return
        with connection:
            connection.recv(_PEEK)
            connection.sendall(page.encode("latin-1"))
            connection.shutdown(socket.SHUT_WR)

    def _page_for(self, head: bytes) -> str:
        """The answer to a GET of ours for one of these pages; "" for everything else."""
        first, *lines = head.decode("latin-1").split("\r\n\r\n")[0].split("\r\n")
        words = first.split(" ")
        if len(words) != 3 or words[0] != "GET" or b"\r\n\r\n" not in head:
            return ""
        fields = [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines)]
        headers = dict(fields)
        if len(headers) != len(fields) or headers.get("host") not in self._hosts:
            return ""
        if headers.get("sec-fetch-site") != "same-origin":
            return ""
        own = self._own.get(words[1], "") if headers.get("cookie", "") in self._cookies else ""
        return own or self._pages.get(words[1], "")
