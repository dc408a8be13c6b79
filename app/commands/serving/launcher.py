"""The launcher: a small process from before anything is confined, which starts a few things on named request.

It holds nothing of the person. What this program becomes later may open no connection of its own, and neither may its
children; so the browser is started here. A request is one line of JSON with a name of the registry and one text; the
answer is one line, true or false. To add a request: one entry in `_REQUESTS`. What needs a line of its own, such as
the getting of a model, stands in `_STARTS` and gets the descriptor that came with the request.
"""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from app.commands.serving.browser import open_browser

_REQUESTS: Mapping[str, Callable[[str], bool]] = {"open_browser": open_browser}
_STARTS: Mapping[str, Callable[[int], bool]] = {"fetch": lambda line: _start_fetch(line)}
_HOME = Path(__file__).resolve().parents[3]
_BOOT = "import sys; sys.path.insert(0, sys.argv[1]); from app.commands.serving.launcher import main; main()"
_LINE_BYTES = 4096
_PATIENCE_SECONDS, _END_SECONDS = 30.0, 2.0


class Launcher:
    """The program's end of the line. Without one (Windows) requests are done in this process."""

    def __init__(self, line: socket.socket | None, process: subprocess.Popen[bytes] | None = None) -> None:
        self._line, self._process = line, process  # no process: started by an earlier process of this run

    @classmethod
    def started(cls) -> "Launcher":
        """Start it; where a socket cannot be inherited by number, there is none."""
        if sys.platform == "win32":
            return cls(None)
        ours, theirs = socket.socketpair()
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-X", "utf8", "-c", _BOOT, str(_HOME), str(theirs.fileno())],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for the program; the launcher goes when its line does
            )
        return cls(ours, process)

    @classmethod
    def handed_on(cls, descriptor: int | None) -> "Launcher":
        return cls(None if descriptor is None else socket.socket(fileno=descriptor))

    def hand_on(self) -> int | None:
        """The descriptor, from now on inherited by what this process becomes."""
        if self._line is None:
            return None
        self._line.set_inheritable(True)
        return self._line.fileno()

    def ask(self, name: str, text: str) -> bool:
        """Whether it was done. Waits at most half a minute; a name that is not in the registry is refused."""
        if self._line is None:
            work = _REQUESTS.get(name)
            return work is not None and work(text)
        try:
            self._line.settimeout(_PATIENCE_SECONDS)
            self._line.sendall(json.dumps([name, text]).encode() + b"\n")
            return self._line.recv(_LINE_BYTES).strip() == b"true"
        except OSError:
            return False

    def start(self, name: str) -> socket.socket | None:
        """A process of the registry, and our end of its one line; None when it must be started here (Windows).

        Raises OSError when it could not be started.
        """
        if self._line is None:
            return None
        ours, theirs = socket.socketpair()
        with theirs:
            self._line.settimeout(_PATIENCE_SECONDS)
            socket.send_fds(self._line, [json.dumps([name, ""]).encode() + b"\n"], [theirs.fileno()])
            if self._line.recv(_LINE_BYTES).strip() == b"true":
                return ours
        ours.close()
        raise OSError("not started")

    def end(self) -> None:
        """Let it go: it ends when its line is closed."""
        if self._line is not None:
            self._line.close()
        if self._process is not None:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_END_SECONDS)


def answer(line: bytes, given: int | None = None) -> bool:
    """Do what one line asks for; anything that is no such line is refused. `given`: a descriptor that came along."""
    try:
        name, text = json.loads(line)
    except ValueError:
        return False
    if given is not None:
        begin = _STARTS.get(name) if isinstance(name, str) else None
        return begin is not None and begin(given)
    work = _REQUESTS.get(name) if isinstance(name, str) and isinstance(text, str) else None
    return work is not None and work(text)


def _start_fetch(line: int) -> bool:
    """The process that may connect out, on the given line; it ends with it."""
    from app.models.getting import FETCH, fetch_environment

    try:
        subprocess.Popen(
            FETCH, stdin=line, stdout=line, stderr=subprocess.DEVNULL, env=fetch_environment(), start_new_session=True
        )
    except OSError:
        return False
    return True


def main() -> None:
    """Answer line after line until the program is gone."""
    with socket.socket(fileno=int(sys.argv[2])) as line, suppress(OSError):
        while True:
            asked, given, _, _ = socket.recv_fds(line, _LINE_BYTES, 1)  # one line: the next is sent after our answer
            if not asked:
                break
            done = answer(asked, given[0] if given else None)
            for descriptor in given:
                os.close(descriptor)
            line.sendall(b"true\n" if done else b"false\n")
    os._exit(0)
