"""The parent's hold on one running model worker: start it, write to it, hear from it, kill it."""

import asyncio
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, cast

from app.responders.llama.wire import Command, Report, Setup, WireError, decode_report, encode

BOOT = "import sys; sys.path.insert(0, sys.argv[1]); from app.responders.llama.worker import main; main()"
KEPT_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR")
CODE_HOME = Path(__file__).resolve().parents[3]


class Child:
    """One worker process. Its reports arrive in the event loop that started it; None means that it has gone.

    Writing and reading each have a thread, so that a worker that hangs never holds up the page.
    """

    def __init__(self, setup: Setup) -> None:
        self.loop = asyncio.get_running_loop()
        self.ready = False
        self.open_job: int | None = None  # asked for, and not yet reported as finished
        self._reports: asyncio.Queue[Report | None] = asyncio.Queue()
        self._commands: queue.SimpleQueue[Command | None] = queue.SimpleQueue()
        self._process = _start()
        self._threads = [self._thread(self._read), self._thread(self._write)]
        self.send(setup)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def send(self, command: Command) -> None:
        """Hand over a command; never waits."""
        self._commands.put(command)

    async def report(self, seconds: float) -> Report | None:
        """The next report; None when the process has gone. Raises TimeoutError after `seconds` of silence."""
        async with asyncio.timeout(seconds):
            return await self._reports.get()

    def kill(self) -> None:
        """End the process and with it every copy of the conversation it held; returns when it is gone."""
        self._process.kill()
        self._process.wait()
        self._commands.put(None)
        for thread in self._threads:
            thread.join()

    @staticmethod
    def _thread(work: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        return thread

    def _read(self) -> None:
        with cast("IO[bytes]", self._process.stdout) as stream:
            for line in stream:
                try:
                    self._deliver(decode_report(line))
                except WireError:
                    self._process.kill()  # not a line of ours: nothing it says can be trusted
                    break
        self._process.wait()
        self._deliver(None)

    def _deliver(self, report: Report | None) -> None:
        with suppress(RuntimeError):  # the loop has closed: nobody listens any more
            self.loop.call_soon_threadsafe(self._reports.put_nowait, report)

    def _write(self) -> None:
        stream = cast("IO[bytes]", self._process.stdin)
        with suppress(OSError):  # the process has gone: the reading thread says so
            while (command := self._commands.get()) is not None:
                stream.write(encode(command))
                stream.flush()
        with suppress(OSError):  # closing flushes what the process can no longer read
            stream.close()


def _start() -> subprocess.Popen[bytes]:
    """A fresh interpreter without the user's paths and settings, deaf to Ctrl-C: the parent ends it."""
    kept = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
    windows = sys.platform == "win32"
    return subprocess.Popen(
        [sys.executable, "-I", "-X", "utf8", "-c", BOOT, str(CODE_HOME)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=kept,
        cwd=CODE_HOME,
        start_new_session=not windows,
        creationflags=subprocess.CREATE_NO_WINDOW if sys.platform == "win32" else 0,
    )
