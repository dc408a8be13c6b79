"""The model worker: a child process that owns one llama.cpp context and speaks lines on its first pipes.

Started by process.py with the project's root as its only argument; values of wire.py come on standard input
and go out on standard output. What native code prints goes nowhere. When the parent goes, this process ends.
"""

import ctypes
import os
import queue
import sys
import threading
from pathlib import Path
from typing import BinaryIO

from app.hardening.linux import only_read, refuse_internet
from app.responders.llama.engine import Engine, ModelBroken, Reply
from app.responders.llama.template import TemplateError
from app.responders.llama.wire import (
    Ask,
    Beat,
    Broken,
    Cancel,
    Finished,
    Piece,
    Ready,
    Report,
    Setup,
    Stats,
    Warm,
    WireError,
    decode_command,
    encode,
)

BEAT_SECONDS = 1.0
CRASHED = 70  # EX_SOFTWARE
PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS = 4, 38
SYSTEM_FOLDERS = tuple(map(Path, ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache", "/proc", "/sys")))
SEM_FAILCRITICALERRORS, SEM_NOGPFAULTERRORBOX = 1, 2


class Line:
    """The two ends of the line to the parent; sending is safe from any thread."""

    def __init__(self, incoming: BinaryIO, outgoing: BinaryIO) -> None:
        self._incoming, self._outgoing = incoming, outgoing
        self._sending = threading.Lock()  # keeps two lines from mixing

    def send(self, report: Report) -> None:
        with self._sending:
            self._outgoing.write(encode(report))
            self._outgoing.flush()

    def receive(self) -> bytes:
        """The next line; b"" when the parent has gone."""
        return self._incoming.readline()


class Worker:
    """Does one thing after another; only the line is read, and the pulse beaten, beside it."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._jobs: queue.SimpleQueue[Ask | Warm] = queue.SimpleQueue()
        self._cancelled: set[int] = set()
        self._busy = threading.Event()

    def run(self, setup: Setup) -> None:
        """Load the model and work until the parent goes."""
        threading.Thread(target=self._listen, daemon=True).start()
        threading.Thread(target=self._beat, daemon=True).start()
        self._busy.set()
        try:
            engine = Engine(setup)
        except ModelBroken:
            self._line.send(Broken())
            return
        self._busy.clear()
        self._line.send(Ready(engine.context))
        while True:
            job = self._jobs.get()
            self._line.send(Beat())  # tells that the job has been taken up
            self._busy.set()
            self._line.send(self._do(engine, job))
            self._busy.clear()
            self._cancelled.discard(job.id)

    def _do(self, engine: Engine, job: Ask | Warm) -> Finished:
        def stop() -> bool:
            return job.id in self._cancelled

        reply = Reply()
        try:
            if isinstance(job, Warm):
                reply = engine.warm(job.system, stop)
            else:
                for text in engine.write(job, stop, reply):
                    self._line.send(Piece(job.id, text))
        except (TemplateError, ValueError):
            return Finished(job.id, "failed", Stats())
        return Finished(job.id, reply.reason, reply.stats)

    def _listen(self) -> None:
        while line := self._line.receive():
            try:
                command = decode_command(line)
            except WireError:
                break
            if isinstance(command, Cancel):
                self._cancelled.add(command.id)
            elif not isinstance(command, Setup):
                self._jobs.put(command)
        os._exit(0)

    def _beat(self) -> None:
        pause = threading.Event()
        while True:
            self._busy.wait()
            self._line.send(Beat())
            pause.wait(BEAT_SECONDS)


def main() -> None:
    """Take over the standard pipes, give up what is not needed, and work."""
    line = Line(os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb"))
    _silence()
    _leave_no_traces()
    try:
        setup = decode_command(line.receive())
        if isinstance(setup, Setup):
            confine(setup)
            Worker(line).run(setup)
    except BaseException:  # noqa: BLE001  the boundary of the process: nothing may print what it was working on
        os._exit(CRASHED)
    os._exit(0)


def confine(setup: Setup) -> bool:
    """On Linux, where the kernel can: reads the model and libraries, writes nothing, makes no socket but a local one.

    Whether the files are confined; sockets are refused by what the parent handed on too.
    """
    refuse_internet()
    libraries = {Path(place).resolve() for place in (*sys.path, sys.prefix, sys.base_prefix) if place}
    device = (Path("/dev"),) if setup.gpu_layers else (Path(os.devnull),)
    return only_read((Path(setup.model), *libraries, *SYSTEM_FOLDERS), device)


def _silence() -> None:
    """Point the standard streams at nothing, for Python and for native code."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)


def _leave_no_traces() -> None:
    """No core file, debugger or crash report: each would hold the conversation. macOS: no core file."""
    if sys.platform == "win32":
        ctypes.windll.kernel32.SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX)
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
        libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


if __name__ == "__main__":
    main()
