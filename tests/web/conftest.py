"""The pages without a browser: the real routes around a scripted desk."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from tests.web.app_under_test import build
from tests.web.fake_desk import FakeDesk


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk()


@pytest.fixture
def client(desk: FakeDesk) -> Iterator[TestClient]:
    with TestClient(build(desk), headers={"accept-language": "nl"}) as opened:
        yield opened


@pytest.fixture
def talk(client: TestClient) -> str:
    """The path of an open conversation."""
    return client.post("/begin", data={"country": "NL"}).request.url.path
