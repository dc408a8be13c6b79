"""`check messages` and `check replies`: JSON lines in, one JSON line out for each, in order."""

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from app.commands.arguments import Arguments
from guardrails.guard import Guard, load
from guardrails.values import Country, GuardSettings, Message, Session

_HOME = Path(__file__).resolve().parents[2]
_APART = timedelta(seconds=20)
_ROLES = ("user", "assistant")
_Line = Mapping[str, Any]
_Answer = Callable[[Guard, _Line], dict[str, object]]


class _LineError(Exception):
    """A line cannot be used; the message names the field, never what is in it."""


def run(words: Sequence[str]) -> int:
    """0, or 1 when a line could not be read."""
    parser = Arguments("check")
    parser.add_argument("kind", choices=("messages", "replies"))
    kind: str = parser.parse_args(words).kind
    return check(sys.stdin.buffer, sys.stdout.buffer, _message if kind == "messages" else _reply)


def check(lines: BinaryIO, out: BinaryIO, answer: _Answer) -> int:
    """Answer each line as soon as it is read; in UTF-8, whatever the terminal speaks."""
    guard = Guard(load(_HOME))
    guard.warm()
    bad = 0
    for number, raw in enumerate(lines, start=1):
        if not raw.strip():
            continue
        try:
            result = answer(guard, _read(raw))
        except _LineError as error:
            bad, result = bad + 1, {"line": number, "error": str(error)}
        except Exception as error:  # noqa: BLE001, one line that breaks the guard is reported
            bad, result = bad + 1, {"line": number, "error": f"the guard failed ({type(error).__name__})"}
        out.write(json.dumps(result, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
        out.flush()
    return 1 if bad else 0


def _message(guard: Guard, line: _Line) -> dict[str, object]:
    text = _text(line, "text")
    begun = time.perf_counter()
    said, settings = _said(line, text), GuardSettings()
    _, memory = guard.follow(said[:-1], settings)
    reading, _ = guard.read(said[-1], memory, said[-1].at, settings)
    taken = time.perf_counter() - begun
    answer: dict[str, object] = {
        "id": line["id"],
        "language": reading.language.value,
        "level": reading.level.label,
        "kinds": [kind.value for kind in reading.kinds],
        "beliefs": [belief.value for belief in reading.beliefs],
        "pushback": reading.pushback,
        "ask": reading.ask,
        "rules": list(reading.rules),
        "ms": round(taken * 1000, 3),
    }
    if reading.ground is not None:
        answer["ground"] = reading.ground.value
    if reading.door is not None:
        answer["door"] = reading.door.value
    return answer


def _reply(guard: Guard, line: _Line) -> dict[str, object]:
    user, reply, country = _text(line, "user"), _text(line, "reply"), _country(line)
    begun = time.perf_counter()
    said, settings = _said(line, user), GuardSettings(country=country or Country.NL)
    _, before = guard.follow(said[:-1], settings)
    reading, memory = guard.read(said[-1], before, said[-1].at, settings)
    plan = guard.plan(reading, memory, Session(), settings, said[-1].at)
    verdict = guard.reviewer.judge(user, reply, said[:-1], country=country, reading=reading, plan=plan)
    taken = time.perf_counter() - begun
    return {
        "id": line["id"],
        "verdict": verdict.verdict,
        "kinds": [kind.value for kind in verdict.kinds],
        "spans": list(verdict.spans),
        "shown": verdict.shown,
        "ms": round(taken * 1000, 3),
    }


def _read(raw: bytes) -> _Line:
    try:
        line = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise _LineError("not UTF-8") from None
    except (ValueError, RecursionError):
        raise _LineError("not JSON") from None
    if not isinstance(line, dict):
        raise _LineError("not a JSON object")
    if not isinstance(line.get("id"), str | int) or isinstance(line.get("id"), bool):  # pyright: ignore[reportUnknownMemberType]
        raise _LineError("id must be a text or a whole number")
    return line  # pyright: ignore[reportUnknownVariableType]


def _text(line: _Line, name: str) -> str:
    value = line.get(name)
    if not isinstance(value, str):
        raise _LineError(f"{name} must be a text")
    return value


def _country(line: _Line) -> Country | None:
    value = line.get("country")
    if value is None:
        return None
    try:
        return Country(value)
    except ValueError:
        raise _LineError("country is not one of the list") from None


def _said(line: _Line, text: str) -> tuple[Message, ...]:
    """The context and the newest message, as if all of it was said in the last minutes."""
    told = [*_context(line), ("user", text)]
    now = datetime.now(UTC)
    return tuple(
        Message("user" if role == "user" else "assistant", words, now - _APART * (len(told) - 1 - place))
        for place, (role, words) in enumerate(told)
    )


def _context(line: _Line) -> Iterator[tuple[str, str]]:
    context = line.get("context")
    if context is None:
        return
    if not isinstance(context, list):
        raise _LineError("context must be a list")
    for said in context:  # pyright: ignore[reportUnknownVariableType]
        if not isinstance(said, dict) or said.get("role") not in _ROLES:  # pyright: ignore[reportUnknownMemberType]
            raise _LineError("context must hold roles and texts")
        yield str(said["role"]), _text(said, "text")  # pyright: ignore[reportUnknownArgumentType]
