"""A source of models on this machine, and an empty models folder."""

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.models.folder import ModelFolder
from tests.models.source import TINY, Source, running


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Source, ssl.SSLContext]]:
    with running(TINY.read_bytes(), tmp_path) as found:
        yield found


@pytest.fixture
def source(served: tuple[Source, ssl.SSLContext]) -> Source:
    return served[0]


@pytest.fixture
def tls(served: tuple[Source, ssl.SSLContext]) -> ssl.SSLContext:
    return served[1]


@pytest.fixture
def folder(tmp_path: Path) -> ModelFolder:
    found = ModelFolder(tmp_path / "models")
    found.make()
    return found
