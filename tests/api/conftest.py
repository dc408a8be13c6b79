"""The testers' door in front of the real guard and a responder that says what a test wants."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from app.conversation.turn import Cast
from app.factory import Program, create_app
from app.responders.guided import GuidedResponder
from app.responders.scripted import ScriptedResponder
from app.settings import Settings
from guardrails.guard import Guard, load
from tests.web.fake_desk import FakeDesk, FixedClock

HOME = Path(__file__).parents[2]
PORT = 8123
TOKEN = "a-token-of-the-testers"
PATH = "/v1/chat/completions"


@pytest.fixture(scope="session")
def guard() -> Guard:
    return Guard(load(HOME))


@pytest.fixture(scope="session")
def guided() -> GuidedResponder:
    return GuidedResponder.load(HOME)


class Caller:
    """Sends to `/v1` with the token, and reads answers and streams."""

    def __init__(self, client: TestClient) -> None:
        self._client = client

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str | None) -> Response:
        own: dict[str, str | None] = {"authorization": f"Bearer {TOKEN}", "content_type": "application/json"}
        named = {name.replace("_", "-"): value for name, value in {**own, **headers}.items() if value is not None}
        return self._client.request(method, path, content=body, headers=named)

    def post(self, body: object) -> Response:
        return self.ask("POST", PATH, body if isinstance(body, bytes) else json.dumps(body).encode())

    def say(self, *texts: str, **more: Any) -> dict[str, Any]:
        """Texts said in turn, the person first and last; the whole answer."""
        answer = self.post({"model": "klankbord", "messages": talk(texts), **more})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def stream(self, *texts: str, **more: Any) -> list[dict[str, Any]]:
        """The chunks of a stream, without its end."""
        answer = self.post({"model": "klankbord", "messages": talk(texts), "stream": True, **more})
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        data = [line.removeprefix("data: ") for line in answer.text.splitlines() if line]
        assert data[-1] == "[DONE]"
        return [json.loads(line) for line in data[:-1]]


def talk(texts: Sequence[str]) -> list[dict[str, str]]:
    return [{"role": "assistant" if n % 2 else "user", "content": text} for n, text in enumerate(texts)]


def content(answer: dict[str, Any]) -> str:
    return answer["choices"][0]["message"]["content"]


def names(answer: dict[str, Any]) -> set[str]:
    return {event["name"] for event in answer["klankbord"]["events"]}


@dataclass
class Voice:
    """Who answers in the place of a language model; a test puts another one here."""

    model: ScriptedResponder


@pytest.fixture
def voice() -> Voice:
    return Voice(ScriptedResponder(["Dat klinkt zwaar."]))


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk()


@pytest.fixture
def caller(
    voice: Voice,
    desk: FakeDesk,
    guard: Guard,
    guided: GuidedResponder,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Caller]:
    monkeypatch.setenv("KLANKBORD_API_TOKEN", TOKEN)
    program = Program(Settings(api=True), desk, guard, lambda: Cast(voice.model, guided), FixedClock(), PORT)
    client = TestClient(create_app(program), base_url=f"http://127.0.0.1:{PORT}", raise_server_exceptions=False)
    with client as opened:
        yield Caller(opened)
