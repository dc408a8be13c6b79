"""Getting a model from the serving process: starts the process that may connect, and hears how far it is."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, Protocol

from app.models.folder import ModelFolder

_BOOT = "import sys; sys.path.insert(0, sys.argv[1]); from app.models.fetch import main; main()"
_CODE_HOME = Path(__file__).resolve().parents[2]
FETCH = (sys.executable, "-I", "-X", "utf8", "-c", _BOOT, str(_CODE_HOME))
"""The command of the process that connects out."""
_KEPT_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "SSL_CERT_FILE", "SSL_CERT_DIR")

Phase = Literal["none", "running", "waiting", "checking", "paused", "failed", "done"]


def fetch_environment() -> dict[str, str]:
    """What that process gets of ours: nothing but what it needs to run and to know whom to trust."""
    return {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}


class Started(Protocol):
    """The process that gets a model, wherever it was started."""

    stdin: asyncio.StreamWriter | None
    stdout: asyncio.StreamReader | None

    @property
    def returncode(self) -> int | None: ...
    def kill(self) -> None: ...
    async def wait(self) -> int: ...


Start = Callable[[], Awaitable[Started]]


class OverLine:
    """One that another process started for us, with one line to it for both ways: it ends when the line does."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.stdin: asyncio.StreamWriter | None = writer
        self.stdout: asyncio.StreamReader | None = reader
        self.returncode: int | None = None
        self._line = writer

    def kill(self) -> None:
        self._line.close()

    async def wait(self) -> int:
        self._line.close()
        with suppress(OSError):
            await self._line.wait_closed()
        self.returncode = 0
        return 0


async def start_fetch() -> asyncio.subprocess.Process:
    """The one place where the process that connects out is started; its job comes over its input.

    It may be started by another process for us: all that is needed is its two pipes and its end.
    """
    return await asyncio.create_subprocess_exec(
        *FETCH,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=fetch_environment(),
        cwd=_CODE_HOME,
        start_new_session=os.name != "nt",
        creationflags=subprocess.CREATE_NO_WINDOW if sys.platform == "win32" else 0,
    )


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one model is; `done` and `size` in bytes, `speed` in bytes a second, `code` of what went wrong."""

    name: str = ""
    phase: Phase = "none"
    done: int = 0
    size: int = 0
    speed: float = 0.0
    code: str = ""

    @property
    def busy(self) -> bool:
        return self.phase in ("running", "waiting", "checking")

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // self.size) if self.size else 0

    @property
    def seconds_left(self) -> float | None:
        """None while the speed is not known."""
        return (self.size - self.done) / self.speed if self.speed > 0 else None


class Getting:
    """At most one model on its way. Belongs to one event loop."""

    def __init__(self, folder: ModelFolder, start: Start = start_fetch) -> None:
        self._folder, self._start = folder, start
        self._process: Started | None = None
        self._hearing: asyncio.Task[None] | None = None
        self._moved = asyncio.Event()
        self.progress = Progress()

    async def begin(self, name: str, done: int, size: int) -> None:
        """Start, or go on with what came in part. Nothing happens while one is on its way."""
        if self.progress.busy:
            return
        self.progress = Progress(name, "running", done, size)
        try:
            self._process = await self._start()
        except OSError:
            self.progress = replace(self.progress, phase="failed", code="no_process")
            return
        self._hearing = asyncio.create_task(self._hear(self._process, name))

    async def pause(self) -> None:
        """End the process; what has come stays on the disk."""
        if self.progress.busy:
            self.progress = replace(self.progress, phase="paused", speed=0.0)
        await self.aclose()

    async def settled(self) -> Progress:
        """Wait until the process has ended."""
        if self._hearing is not None:
            await asyncio.shield(self._hearing)
        return self.progress

    async def moved(self) -> Progress:
        """Wait until the process has said something more."""
        self._moved.clear()
        await self._moved.wait()
        return self.progress

    async def aclose(self) -> None:
        process, hearing = self._process, self._hearing
        self._process = self._hearing = None
        if process is not None and process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
        if hearing is not None:
            await hearing

    async def _hear(self, process: Started, name: str) -> None:
        if process.stdin is None or process.stdout is None:
            return
        with suppress(OSError):
            job = {"name": name, "folder": str(self._folder.path)}
            process.stdin.write(json.dumps(job).encode("ascii") + b"\n")
            await process.stdin.drain()
        with suppress(ValueError):  # a line without end is none of ours
            async for line in process.stdout:
                self._heard(line)
                self._moved.set()
        process.stdin.close()
        await process.wait()
        if self.progress.busy:
            self.progress = replace(self.progress, phase="failed", speed=0.0, code="no_process")

    def _heard(self, line: bytes) -> None:
        if self.progress.phase == "paused":
            return
        try:
            told = json.loads(line)
            kind = told["kind"]
            if kind == "progress" and told["phase"] in ("running", "waiting", "checking"):
                done, size, speed = int(told["done"]), int(told["size"]), float(told["speed"])
                self.progress = replace(self.progress, phase=told["phase"], done=done, size=size, speed=speed)
            elif kind == "done":
                size = int(told["size"])
                self.progress = replace(self.progress, phase="done", done=size, size=size, speed=0.0)
            elif kind == "failed":
                self.progress = replace(self.progress, phase="failed", speed=0.0, code=str(told["code"])[:40])
        except (ValueError, KeyError, TypeError):
            return
