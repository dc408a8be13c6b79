"""The bench with the real guard, loaded once."""

from pathlib import Path

import pytest

from app.probe.trace import Tracer
from app.probe.why import Why, load_why
from app.responders.guided import GuidedResponder
from app.web.words import Words, load_words
from guardrails.guard import Rules, load
from guardrails.values import Language

HOME = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def rules() -> Rules:
    return load(HOME)


@pytest.fixture(scope="session")
def why(rules: Rules) -> Why:
    return load_why(HOME, rules)


@pytest.fixture(scope="session")
def tracer(rules: Rules, why: Why) -> Tracer:
    return Tracer(rules, why)


@pytest.fixture(scope="session")
def guided() -> GuidedResponder:
    return GuidedResponder.load(HOME)


@pytest.fixture(scope="session")
def words() -> dict[Language, Words]:
    return load_words(HOME, "probe")
