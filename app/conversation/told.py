"""A conversation outside a store: on its way to a file, or back from one. Nothing in it but what was shown."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from app.conversation.values import Block


@dataclass(frozen=True, slots=True)
class ToldMessage:
    role: Literal["user", "assistant"]
    blocks: tuple[Block, ...] = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """One conversation, its messages in the order in which they were said."""

    title: str = field(repr=False)
    started: datetime
    messages: tuple[ToldMessage, ...] = field(repr=False)
