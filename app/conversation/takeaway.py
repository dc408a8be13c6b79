"""Conversations as a file: written as Markdown or JSON, and read back from that JSON with nothing taken on trust."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast, get_args

from app.conversation.told import Told, ToldMessage
from app.conversation.values import Block, DeskError, Form

FORMAT: Final = "klankbord-conversations"
VERSION: Final = 1
MOST_CHARACTERS: Final = 4_000_000
_MOST_MESSAGES, _MOST_BLOCKS, _MOST_TEXT, _MOST_TITLE = 50_000, 50, 60_000, 80
_CLOCK_OFF: Final = timedelta(days=1)  # a laptop in another time zone may be ahead
_FORMS: Final = frozenset(get_args(Form))
_EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
_MARKS: Final = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_{}[]<>#|~"})


def as_json(talks: Sequence[Told]) -> str:
    """Everything that was shown, with its times; nothing else."""
    body = [
        {
            "title": talk.title,
            "started": talk.started.isoformat(),
            "messages": [
                {
                    "role": message.role,
                    "at": message.at.isoformat(),
                    "blocks": [{"form": form, "text": text} for form, text in message.blocks],
                }
                for message in talk.messages
            ],
        }
        for talk in talks
    ]
    whole = {"format": FORMAT, "version": VERSION, "conversations": body}
    return json.dumps(whole, ensure_ascii=False, indent=1)


def as_markdown(talks: Sequence[Told], names: dict[str, str], moment: Callable[[datetime], str]) -> str:
    """To read in any editor. `names` holds what the two roles are called, `moment` writes a time."""
    lines: list[str] = []
    for talk in talks:
        lines += [f"# {' '.join(talk.title.split()).translate(_MARKS)}", ""]
        for message in talk.messages:
            lines += [f"## {names[message.role]}, {moment(message.at)}", ""]
            for _, text in message.blocks:
                lines += [*(_line(line) for line in text.split("\n")), ""]
    return "\n".join(lines)


def from_json(text: str, now: datetime) -> tuple[Told, ...]:
    """The conversations of an export. Raises `DeskError`: import_large, import_strange, import_newer, import_broken."""
    if len(text) > MOST_CHARACTERS:
        raise DeskError("import_large")
    try:
        whole: Any = json.loads(text)
    except (ValueError, RecursionError):
        raise DeskError("import_strange") from None
    if not isinstance(whole, dict) or cast("dict[str, Any]", whole).get("format") != FORMAT:
        raise DeskError("import_strange")
    body = cast("dict[str, Any]", whole)
    if body.get("version") != VERSION:
        raise DeskError("import_newer")
    try:
        talks = tuple(_told(entry, now) for entry in _list(body["conversations"]))
    except (KeyError, TypeError, ValueError, OverflowError):
        raise DeskError("import_broken") from None
    if sum(len(talk.messages) for talk in talks) > _MOST_MESSAGES:
        raise DeskError("import_large")
    return talks


def _told(entry: Any, now: datetime) -> Told:
    messages = tuple(_message(found, now) for found in _list(entry["messages"]))
    title = " ".join(_text(entry["title"]).split())[:_MOST_TITLE]
    if not title:
        raise ValueError
    return Told(title, _time(entry["started"], now), messages)


def _message(entry: Any, now: datetime) -> ToldMessage:
    role, blocks = entry["role"], _list(entry["blocks"])
    if role not in ("user", "assistant") or len(blocks) > _MOST_BLOCKS:
        raise ValueError
    shown = tuple(_block(block) for block in blocks)
    return ToldMessage(role, shown, _time(entry["at"], now))


def _block(entry: Any) -> Block:
    form = _text(entry["form"])
    if form not in _FORMS:
        raise ValueError
    return form, _text(entry["text"])


def _time(value: Any, now: datetime) -> datetime:
    at = datetime.fromisoformat(_text(value))
    if at.tzinfo is None:
        raise ValueError
    at = at.astimezone(UTC)
    if not _EARLIEST <= at <= now + _CLOCK_OFF:
        raise ValueError
    return at


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > _MOST_TEXT:
        raise TypeError
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError
    return cast("list[Any]", value)


def _line(line: str) -> str:
    """A line of text in which nothing becomes a mark; the hyphen of a list stays one."""
    return line.translate(_MARKS)
