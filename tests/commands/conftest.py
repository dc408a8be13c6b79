"""The program as it is started: real processes, real sockets, a data folder of their own."""

import http.client
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest

HOME = Path(__file__).parents[2]
Words = tuple[str, ...]


def environment(**more: str) -> dict[str, str]:
    """This one without settings of the person who runs the tests, without a screen, in Dutch."""
    left_out = ("KLANKBORD_", "DISPLAY", "WAYLAND_", "LC_", "LANG")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    return {**kept, "LANG": "nl_NL.UTF-8", **more}


def run_command(*words: str, given: bytes = b"", **more: str) -> subprocess.CompletedProcess[bytes]:
    """A command from start to end."""
    return subprocess.run(
        [sys.executable, "-m", "app", *words],
        cwd=HOME,
        env=environment(**more),
        input=given,
        capture_output=True,
        timeout=120,
        check=False,
    )


@dataclass
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes = field(repr=False)

    @property
    def text(self) -> str:
        return self.body.decode()

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name), "")


class Server:
    """A `serve` that is ready, and a browser in front of it."""

    def __init__(self, folder: Path, *words: str, **more: str) -> None:
        self.folder = folder
        command = [sys.executable, "-m", "app", "serve", "--data-dir", str(folder), "--no-browser", *words]
        self.process = subprocess.Popen(
            command,
            cwd=HOME,
            env=environment(**more),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.line = self.process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)(/start/\S+)", self.line)
        assert found, self.stop() or self.errors
        self.port, self.launch = int(found[1]), found[2]
        self.cookie = self.page_token = ""

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """One request on a connection of its own; Host is ours unless it is given."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            return Answer(answer.status, answer.getheaders(), answer.read())
        finally:
            connection.close()

    def get(self, path: str) -> Answer:
        return self.ask("GET", path, None, **self._own(), cookie=self.cookie)

    def post(self, path: str, **fields: str) -> Answer:
        body = urlencode({"page_token": self.page_token, **fields}).encode()
        more = {"origin": f"http://{self.host}", "content_type": "application/x-www-form-urlencoded"}
        answer = self.ask("POST", path, body, **self._own(), **more, cookie=self.cookie)
        if cookie := answer.header("set-cookie"):
            self.cookie = cookie.split(";")[0]
        return answer

    def enter(self, launch: str = "") -> Answer:
        """Through the launch page to the first page, with the page token of it."""
        answer = self.post(launch or self.launch)
        found = re.search(r'name="page_token" value="([^"]+)"', self.get("/hulp").text)
        self.page_token = found[1] if found else ""
        return answer

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Its exit code after a signal; `errors` then holds what it wrote on standard error."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        out, self.errors = self.process.communicate(timeout=30)
        self.line += out
        return self.process.returncode

    def _own(self) -> dict[str, str]:
        return {"sec_fetch_site": "same-origin", "sec_fetch_mode": "navigate", "sec_fetch_dest": "document"}

    errors = ""


Start = Callable[..., Server]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts servers in a folder of the test; what still runs at the end is stopped."""
    started: list[Server] = []

    def begin(*words: str, folder: Path | None = None, **more: str) -> Server:
        server = Server(folder or tmp_path / "data", *words, **more)
        started.append(server)
        return server

    yield begin
    for server in started:
        server.stop()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for tests that only look."""
    running = Server(tmp_path_factory.mktemp("data"))
    yield running
    running.stop()


def wait_until(happened: Callable[[], bool], seconds: float = 20.0) -> bool:
    """Look until something has happened; whether it did."""
    last = time.monotonic() + seconds
    while not happened() and time.monotonic() < last:
        time.sleep(0.05)
    return happened()
