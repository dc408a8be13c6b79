"""The program's own log: named events with numbers, never text, so that no message can end up in it.

Lines go to standard error only, never to a file. What libraries log is dropped: an exception of
theirs may quote what somebody wrote.
"""

import asyncio
import logging
import sys
import threading
from enum import Enum, StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any

_HOME = Path(__file__).resolve().parents[1]


class Event(StrEnum):
    """Everything that is ever logged."""

    FAILED = "failed"
    MODEL_MISSING = "model_missing"
    NOT_HARDENED = "not_hardened"
    OUTBOUND_REFUSED = "outbound_refused"


def log_event(name: Event, **numbers: bool | int | float | Enum) -> None:
    """One line: the event and its numbers. Text is refused with TypeError: it could be somebody's words."""
    for value in numbers.values():
        if not isinstance(value, bool | int | float | Enum):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError("a log line takes numbers, yes or no, and names of a fixed list only")
    fields = (f"{key}={value.name.lower() if isinstance(value, Enum) else value}" for key, value in numbers.items())
    _write(" ".join((f"klankbord {name.value}", *fields)))


def log_failure(error: BaseException) -> None:
    """Type and place of a failure; never its message, which may quote what somebody wrote."""
    _write(f"klankbord {Event.FAILED.value} type={type(error).__name__} at={_place(error.__traceback__)}")


def quiet_libraries() -> None:
    """Drop what libraries log, and log what nobody caught by type and place only."""
    root = logging.getLogger()
    root.handlers = [logging.NullHandler()]
    logging.raiseExceptions = False
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    sys.unraisablehook = _unraisable


def log_loop_failures(loop: asyncio.AbstractEventLoop) -> None:
    """What an event loop would log with its text (a task nobody awaited) is logged by type and place."""
    loop.set_exception_handler(_in_loop)


def _place(trace: TracebackType | None) -> str:
    """The innermost line of this program's own code, else of a library."""
    place = "unknown"
    own = ""
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename)
        place = f"{path.name}:{trace.tb_lineno}"
        if path.is_relative_to(_HOME) and "site-packages" not in path.parts:
            own = f"{path.relative_to(_HOME).as_posix()}:{trace.tb_lineno}"
        trace = trace.tb_next
    return own or place


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    log_failure(error)


def _uncaught_in_thread(hook: threading.ExceptHookArgs) -> None:
    if hook.exc_value is not None:
        log_failure(hook.exc_value)


def _unraisable(hook: Any) -> None:
    if isinstance(hook.exc_value, BaseException):
        log_failure(hook.exc_value)


def _in_loop(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    error = context.get("exception")
    if isinstance(error, BaseException):
        log_failure(error)
    else:
        log_event(Event.FAILED)


def _write(line: str) -> None:
    if sys.stderr is not None:  # pythonw on Windows has none
        sys.stderr.write(line + "\n")
        sys.stderr.flush()
