"""Answers cases: with the texts as they are, or with changes laid over them; by the program or by a model."""

import asyncio
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from app.conversation.blocks import add_piece, as_text
from app.conversation.turn import Cast, Turn, take_turn
from app.conversation.values import Block, Box, Sentence
from app.log import log_failure
from app.responders.guided import GuidedResponder
from app.responders.protocol import Responder
from app.studio.overlay import Change, overlay
from app.studio.values import StudioError
from guardrails.guard import Guard, load
from guardrails.values import GuardSettings, Language, Memory, Message, Mode, Session

_NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
"""A fixed moment, so that opening hours do not make one answer better than another."""
_APART = timedelta(seconds=40)
_MOST_HOUSES = 8


@dataclass(frozen=True, slots=True)
class Variant:
    """One way of answering. `change`: the id of the change it is made with, "" for the texts as they are."""

    brain: str = "guided"
    mode: Mode = Mode.THINK_ALONG
    change: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """What the person would see, and what the guard read."""

    text: str = field(repr=False)
    level: str
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _House:
    guard: Guard
    guided: Responder


class Answerer:
    """Keeps a few loaded houses, each for its own changes. Belongs to one event loop."""

    def __init__(self, home: Path, model: Responder | None = None) -> None:
        self.home, self.model = home, model
        self._houses: dict[tuple[Change, ...], _House] = {}

    async def check(self, changes: tuple[Change, ...]) -> None:
        """Raises `StudioError` when the texts cannot be used with these changes."""
        await self._house(changes)

    async def answer(
        self, language: str, messages: tuple[str, ...], variant: Variant, changes: tuple[Change, ...] = ()
    ) -> Answered:
        """The reply to the last message, in the light of those before it. Rest and limits are off."""
        house = await self._house(changes)
        responder = self.model if variant.brain == "model" and self.model is not None else house.guided
        settings = GuardSettings(language=Language(language), mode=variant.mode)
        said = tuple(
            Message("user", text, _NOON - _APART * (len(messages) - 1 - place), "case")
            for place, text in enumerate(messages)
        )
        _, memory = house.guard.follow(said[:-1], settings)
        reading, memory = house.guard.read(said[-1], memory or Memory(), said[-1].at, settings)
        turn = Turn(said, reading, memory, Session(kept=False), settings, said[-1].at)
        blocks: tuple[Block, ...] = ()
        async with aclosing(take_turn(turn, house.guard, Cast(responder, house.guided), log_failure)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Sentence | Box):
                    blocks = add_piece(blocks, piece)
        return Answered(as_text(blocks), reading.level.label, tuple(kind.value for kind in reading.kinds))

    def forget(self) -> None:
        """Let go of everything that was loaded with a change of someone in it."""
        self._houses = {changes: house for changes, house in self._houses.items() if not changes}

    async def _house(self, changes: tuple[Change, ...]) -> _House:
        found = self._houses.get(changes)
        if found is None:
            found = await asyncio.to_thread(_loaded, self.home, changes)
            while len(self._houses) >= _MOST_HOUSES:
                del self._houses[next(iter(self._houses))]
            self._houses[changes] = found
        return found

    async def aclose(self) -> None:
        if self.model is not None:
            await self.model.aclose()


def _loaded(home: Path, changes: tuple[Change, ...]) -> _House:
    laid = overlay(home, changes) if changes else home
    try:
        return _House(Guard(load(laid)), GuidedResponder.load(laid))
    except StudioError:
        raise
    except Exception as error:
        if not changes:
            raise
        raise StudioError("change_breaks") from error


def change_of(body: Mapping[str, Any]) -> Change:
    return Change(str(body["path"]), str(body["before"]), str(body["after"]))


def variant_of(body: Mapping[str, Any]) -> Variant:
    return Variant(str(body["brain"]), Mode(str(body["mode"])), str(cast("object", body.get("change", ""))))
