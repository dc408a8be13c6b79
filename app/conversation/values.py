"""What the page gets to see of a conversation; plain frozen values, no storage and no web in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from app.conversation.why import Why, Wrote
from app.responders.protocol import Feedback
from guardrails.values import Card, Country, Event, Language, Mode, Session

Form = Literal["text", "note", "box", "question"]
"""How a piece of a reply looks: running text, a small note, a help card, the direct question."""

Block = tuple[str, str]
"""(form, text), as the vault keeps what was shown."""


class TextSize(StrEnum):
    """How large the letters of the pages are."""

    NORMAL = "normal"
    LARGE = "large"
    LARGEST = "largest"


class Contrast(StrEnum):
    """How far ink and paper are apart; `SYSTEM` follows what this laptop is set to."""

    SYSTEM = "system"
    MORE = "more"


class Motion(StrEnum):
    """Whether something may move; `SYSTEM` follows what this laptop is set to."""

    SYSTEM = "system"
    LESS = "less"


class Phase(StrEnum):
    """Where the person stands."""

    NEW = "new"  # nothing kept on this laptop, nothing begun
    LOCKED = "locked"  # a vault lies here and is closed
    OPEN = "open"  # a conversation can be had


@dataclass(frozen=True, slots=True)
class Preferences:
    """What the person chose; everything has a default, nothing is asked twice."""

    language: Language = Language.NL
    country: Country = Country.NL
    mode: Mode = Mode.THINK_ALONG
    minutes_limit: int = 30  # 15 to 60
    day_limit: int = 90  # 30 to 180
    idle_minutes: int = 15  # 5 to 60
    text_size: TextSize = TextSize.NORMAL
    contrast: Contrast = Contrast.SYSTEM
    motion: Motion = Motion.SYSTEM


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """A message as it stands on the page."""

    id: str
    role: Literal["user", "assistant"]
    blocks: tuple[Block, ...] = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """A line in the list of conversations."""

    id: str
    title: str
    last: datetime
    damaged: bool = False  # its words cannot be read; the other conversations can


@dataclass(frozen=True, slots=True)
class ConversationView:
    """One conversation, whole, as a page without JavaScript would draw it."""

    id: str
    title: str
    messages: tuple[ShownMessage, ...]
    quick_answers: bool = False  # a direct question is open: yes, sometimes, no, don't know, rather not say
    card: Card | None = None  # the folded line that stays from elevated on
    session: Session = field(default_factory=Session)
    mode: Mode = Mode.THINK_ALONG
    draft: str = field(default="", repr=False)
    brain: Literal["guided", "model"] = "guided"
    offer_to_keep: bool = False  # "Wil je dit bewaren?"
    cover_only: bool = False  # idle covers the screen and does not lock
    whys: Mapping[str, Why] = field(default_factory=dict[str, Why])  # by message, of replies since the last unlock
    again: bool = False  # the last reply may be made anew
    calm: bool = True  # nothing that worries was read; beside worry no ready-made answers are offered
    feedback: Feedback | None = None  # said of a reply, and not heeded yet


@dataclass(frozen=True, slots=True)
class Saved:
    """The person's message is in the store; from here on it survives a kill."""

    message_id: str
    reply_id: str


@dataclass(frozen=True, slots=True)
class Replacing:
    """A reply is made anew: what stood in it is gone from here on."""

    reply_id: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A reviewed sentence to add to the reply. `paragraph` starts a new one."""

    text: str = field(repr=False)
    form: Form = "text"
    paragraph: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A help card to add to the reply."""

    card: Card


@dataclass(frozen=True, slots=True)
class Done:
    """The reply is complete and stored."""

    quick_answers: bool = False
    resting: bool = False
    left_out: tuple[str, ...] = ()  # "zin weggelaten, want …", for the tap on "Waarom?"
    more: bool = False  # the reply was stopped at its length: the page offers *Meer*
    failed: str = ""  # code of a reviewed sentence when the program failed
    events: tuple[Event, ...] = ()  # for `/v1` and the bench; never stored
    wrote: Wrote = "guided"


Shown = Saved | Replacing | Sentence | Box | Done


class DeskError(Exception):
    """Something the person asked for cannot be done; `code` names a reviewed sentence, never content.

    Codes: empty, too_long, locked, no_such_conversation, no_such_paper, no_such_message, no_other, busy,
    and those of the vault
    (wrong_passphrase, weak_passphrase, passphrase_too_long, disk_full, read_only, damaged, not_ours,
    newer_version, in_use).
    """

    def __init__(self, code: str, wait_seconds: float = 0.0) -> None:
        super().__init__(code)
        self.code = code
        self.wait_seconds = wait_seconds
