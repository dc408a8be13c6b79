"""What every responder is: something that turns a request into pieces of text, and can be stopped."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from guardrails.values import Message, Plan, Reading


class Feedback(StrEnum):
    """What was not right about a reply, as the person said it: the reasons people gave for bad moments."""

    TOO_GENERAL = "too_general"
    TOO_AGREEABLE = "too_agreeable"
    MISUNDERSTOOD = "misunderstood"
    IMPERSONAL = "impersonal"
    WRONG = "wrong"
    SHOULD_REFER = "should_refer"
    REFERRED_FAST = "referred_fast"
    TOO_HUMAN = "too_human"
    WORSE = "worse"
    OTHER = "other"


class Another(StrEnum):
    """How the same message is to be answered once more."""

    SHORTER = "shorter"
    SIMPLER = "simpler"
    CONCRETE = "concrete"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Request:
    """One reply to make. `messages` is the shown conversation, the person's newest message last."""

    messages: tuple[Message, ...] = field(repr=False)
    plan: Plan
    reading: Reading
    directions: tuple[str, ...] = ()  # reviewed sentences for this turn, at the end of a prompt
    variant: int = 0  # grows with every reply of the conversation; picks among reviewed wordings
    feedback: Feedback | None = None  # what was not right about an earlier reply
    another: Another | None = None  # how this message is to be answered once more
    former: tuple[str, ...] = field(default=(), repr=False)  # what was answered to it before, oldest first


class ResponderUnavailable(Exception):
    """Raised before the first piece, or between pieces, when the responder cannot go on.

    `code` names a reviewed sentence ("model_missing", "model_crashed", "model_slow", "model_broken");
    the exception never holds text of a message.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Responder(Protocol):
    """Reply in pieces of any size. Closing the iterator (or cancelling its task) stops the work."""

    name: str

    def reply(self, request: Request) -> AsyncGenerator[str]: ...

    async def aclose(self) -> None: ...
