"""A real tiny model in a real process, and the requests that tests send it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import pytest

from app.responders.llama import LlamaResponder, Sampling
from app.responders.protocol import Request
from guardrails.values import Language, Level, Message, Plan, Reading

HOME = Path(__file__).resolve().parents[3]
TINY = HOME / "models" / "tiny.gguf"
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

Story = Callable[[LlamaResponder], Awaitable[Any]]


class MakeRequest(Protocol):
    """A request from texts said in turn, the person first and last."""

    def __call__(self, *texts: str, directions: Sequence[str] = (), max_words: int = 80) -> Request: ...


def make_request(*texts: str, directions: Sequence[str] = (), max_words: int = 80) -> Request:
    messages = tuple(Message("assistant" if number % 2 else "user", text, NOON) for number, text in enumerate(texts))
    plan = Plan(Language.NL, "model", max_words=max_words)
    return Request(messages, plan, Reading(Language.NL, Level.NONE, Level.NONE), tuple(directions))


async def read(responder: LlamaResponder, *texts: str, **options: Any) -> str:
    return "".join([piece async for piece in responder.reply(make_request(*texts, **options))])


@pytest.fixture
def ask() -> MakeRequest:
    return make_request


@pytest.fixture
def answer() -> Callable[..., Awaitable[str]]:
    """The whole text of a reply to texts said in turn."""
    return read


@pytest.fixture
def run() -> Callable[..., Any]:
    """Play a story with a responder of its own, and end its worker."""

    def play(story: Story, *, model: Path = TINY, **options: Any) -> Any:
        settings: dict[str, Any] = {"sampling": Sampling(temperature=0.0), **options}

        async def whole() -> Any:
            responder = LlamaResponder(model, home=HOME, **settings)
            try:
                return await story(responder)
            finally:
                await responder.aclose()

        return asyncio.run(whole())

    return play


@pytest.fixture
def tiny() -> Path:
    return TINY


@pytest.fixture
def home() -> Path:
    return HOME
