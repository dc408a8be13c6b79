"""Lock means gone: the process that held text and keys becomes a fresh one, with nothing of the person in it.

`execve` replaces the whole memory of a process: heap, threads, stacks and libraries go back to the system. What is
handed on goes through a pipe: who may look (cookies), language, country, the run's secret, the open listener, and the
pages that must answer at once. The process id, the port and the folder's lock stay: no other program gets in between.

Windows has no such call; there the desk is only closed in place, and `doctor` says that this protection does not hold.
"""

import json
import os
import signal
import sys
import zlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NoReturn

POSSIBLE = sys.platform != "win32"
HOME = Path(__file__).resolve().parents[3]
_BOOT = "import sys; sys.path.insert(0, sys.argv[1]); from app.commands.serving.again import main; sys.exit(main())"
_MOST_BYTES = 60_000  # what a pipe takes before anybody reads it
_SIGNALS = ("SIGTERM", "SIGINT", "SIGHUP")


@dataclass(frozen=True, slots=True)
class Handed:
    """Everything the next process gets.

    `pages` is path to a whole HTTP answer, in latin-1; `own_pages` the same, for who sends one of `cookies`.
    """

    settings: Mapping[str, Any]
    outside: Mapping[str, Any]
    sessions: Mapping[str, Any] = field(repr=False)
    secret: str = field(repr=False)
    port: int
    listener: int
    lock: int
    launcher: int | None
    attempts: int
    pages: Mapping[str, str] = field(repr=False)
    cookies: list[str] = field(repr=False)
    own_pages: Mapping[str, str] = field(repr=False)


def become(handed: Handed, told: Callable[[], bool]) -> NoReturn:
    """Replace this process, unless it was told to end. Descriptors in `handed` must be inheritable. Raises OSError."""
    reader, writer = os.pipe()
    os.write(writer, _packed(handed))
    os.close(writer)
    os.set_inheritable(reader, True)
    _hold_signals()
    if told():
        os._exit(0)
    os.execv(  # noqa: S606, a fixed list of words
        sys.executable, [sys.executable, "-X", "utf8", "-c", _BOOT, str(HOME), str(reader)]
    )


def received(reader: int) -> Handed:
    with os.fdopen(reader, "rb") as pipe:
        return Handed(**json.loads(zlib.decompress(pipe.read())))


def main() -> int:
    """The next process: answer what cannot wait, load the program, serve on."""
    _hear_signals()
    handed = received(int(sys.argv[2]))
    from app.commands.serving.meanwhile import Meanwhile

    meanwhile = Meanwhile(handed)
    meanwhile.start()
    from app.commands.serving.process import serve_again

    return serve_again(handed, meanwhile)


def _packed(handed: Handed) -> bytes:
    packed = zlib.compress(json.dumps(asdict(handed)).encode())
    if len(packed) <= _MOST_BYTES:
        return packed
    return zlib.compress(json.dumps(asdict(handed) | {"pages": {}, "own_pages": {}}).encode())


def _numbers() -> set[signal.Signals]:
    return {getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)}


if sys.platform != "win32":

    def _hold_signals() -> None:
        """A signal in between waits; the next process hears it."""
        signal.pthread_sigmask(signal.SIG_BLOCK, _numbers())

    def _hear_signals() -> None:
        """Nothing of the person is here yet: ending at once is no loss."""
        for number in _numbers():
            signal.signal(number, lambda _number, _frame: os._exit(0))
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _numbers())

else:

    def _hold_signals() -> None:
        pass

    def _hear_signals() -> None:
        pass
