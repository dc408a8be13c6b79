"""What is stored, as frozen values; times are aware and in UTC; no text of a person is in a repr."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

Form = Literal["text", "note", "box", "question"]
Role = Literal["user", "assistant"]
Block = tuple[str, str]  # (form, text): how a piece of a shown message looked, and what it said

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class StoredConversation:
    id: str
    title: str = field(repr=False)
    started: datetime
    last: datetime
    damaged: bool = False  # its words could not be read


@dataclass(frozen=True, slots=True)
class StoredMessage:
    id: str
    conversation: str
    role: Role
    blocks: tuple[Block, ...] = field(repr=False)
    at: datetime
    active_seconds: float


@dataclass(frozen=True, slots=True)
class StoredPaper:
    """What was written with a tool; `body` is JSON of `app/tools`."""

    id: str
    tool: str
    title: str = field(repr=False)
    body: str = field(repr=False)
    created: datetime
    changed: datetime


@dataclass(frozen=True, slots=True, repr=False)
class Snapshot:
    """Everything in a store, to be carried to another one."""

    conversations: tuple[StoredConversation, ...]
    messages: tuple[StoredMessage, ...]
    drafts: tuple[tuple[str, str], ...]
    settings: tuple[tuple[str, str], ...]
    usage: str | None
    papers: tuple[StoredPaper, ...] = ()


def to_microseconds(at: datetime) -> int:
    """Microseconds since 1970; a time without a zone is a mistake of the caller."""
    if at.tzinfo is None:
        raise ValueError("a stored time needs a time zone")
    return (at - _EPOCH) // _MICROSECOND


def from_microseconds(microseconds: int) -> datetime:
    return _EPOCH + microseconds * _MICROSECOND


def storable(text: str) -> str:
    """The text with half surrogate pairs replaced: a database refuses them, and its error quotes the text."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
