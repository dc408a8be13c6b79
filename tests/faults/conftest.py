"""The program as it is started, and a tab that hears a reply piece by piece, to break things in between."""

import html
import http.client
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

import psutil
import pytest

from tests.commands.conftest import HOME, Server, Start, wait_until
from tests.commands.conftest import start as start

PASSPHRASE = "stoel lamp raam plant"
TINY = HOME / "models" / "tiny.gguf"
STORY = "Vertel een lang verhaal."
_SPOKEN = re.compile(r'<hx-partial hx-target="#announce".*?</hx-partial>', re.DOTALL)
"""The same words once more, for a screen reader."""
MODEL = "Een taalmodel op deze laptop antwoordt."


def text_of(page: str) -> str:
    """What a person reads of some HTML, on one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())


class Tab:
    """One tab of the same browser: sends a message and hears the reply as it comes."""

    def __init__(self, server: Server, talk: str, text: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        body = urlencode({"page_token": server.page_token, "text": text}).encode()
        headers = {
            "cookie": server.cookie,
            "origin": f"http://{server.host}",
            "content-type": "application/x-www-form-urlencoded",
            "sec-fetch-site": "same-origin",
            "sec-fetch-mode": "cors",
            "sec-fetch-dest": "empty",
            "hx-request": "true",
        }
        self._connection.request("POST", f"{talk}/bericht", body, headers)
        self.answer = self._connection.getresponse()
        self.heard: list[str] = []
        self.events: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.answer.close()
        self._connection.close()

    def pieces(self) -> Iterator[str]:
        """Events by name and pieces by their text, as they come; ends when the program does."""
        name, data = "", list[str]()
        for line in self._lines():
            field, _, value = line.partition(": ")
            if field == "event":
                name = value
            elif field == "data":
                data.append(value)
            elif not line and name:
                self.events.append(name)
                yield name
                name, data = "", []
            elif not line and (text := text_of(_SPOKEN.sub("", "\n".join(data)))):
                self.heard.append(text)
                yield text
                data = []
            elif not line:
                data = []

    def _lines(self) -> Iterator[str]:
        while True:
            try:
                line = self.answer.readline()
            except (OSError, http.client.HTTPException):
                return
            if not line:
                return
            yield line.decode().rstrip("\n")

    def until(self, event: str) -> Self:
        """Hear on until an event, or the end."""
        for piece in self.pieces():
            if piece == event:
                break
        return self

    @property
    def sentences(self) -> list[str]:
        """What was shown of the reply, after the person's own message."""
        return self.heard[1:]


def begin(server: Server, country: str = "NL") -> str:
    """Through the launch page into a first conversation with nothing kept; its path."""
    server.enter()
    return server.post("/begin", country=country).header("location")


def keep(server: Server, passphrase: str = PASSPHRASE) -> str:
    """Keep what there is; returns the recovery code. The answer carries a new session."""
    answer = server.post("/bewaren", passphrase=passphrase, again=passphrase)
    assert answer.status == 200, text_of(answer.text)
    found = re.search(r'id="code">([^<]+)<', answer.text)
    assert found
    look_around(server)
    return found[1]


def unlock(server: Server, passphrase: str = PASSPHRASE) -> str:
    """Into what was kept; the path of the newest conversation."""
    server.enter()
    assert server.post("/ontgrendelen", passphrase=passphrase).status == 303
    look_around(server)
    return server.get("/").header("location")


def look_around(server: Server) -> None:
    """Read the page token of the session that holds now."""
    found = re.search(r'name="page_token" value="([^"]+)"', server.get("/hulp").text)
    server.page_token = found[1] if found else ""


def page_of(server: Server, talk: str) -> str:
    return text_of(server.get(talk).text)


def worker_of(server: Server) -> psutil.Process:
    """The process of the language model."""
    children = psutil.Process(server.process.pid).children()
    (worker,) = [child for child in children if any("llama.worker" in word for word in child.cmdline())]
    return worker


@pytest.fixture
def with_model(start: Start) -> Callable[..., tuple[Server, str]]:
    """A server whose language model answers, and a first conversation in it."""

    def begun(folder: Path | None = None) -> tuple[Server, str]:
        server = start("--model", str(TINY), folder=folder)
        talk = begin(server)
        assert wait_until(lambda: MODEL in page_of(server, talk), 60)
        return server, talk

    return begun
