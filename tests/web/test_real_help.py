"""The help pages with the reviewed list itself: every country, both languages, any hour."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from guardrails.referral import help_cards, load_directory
from guardrails.texts import load_texts
from guardrails.values import Card, Country, Language
from tests.web.fake_desk import NOW, FakeDesk

HOME = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def cards() -> Callable[[Country, Language, datetime], tuple[Card, ...]]:
    directory, texts = load_directory(HOME), load_texts(HOME)
    return lambda country, language, now: help_cards(directory, texts[language], country, now)


@pytest.mark.parametrize("hours", [0, 12])
@pytest.mark.parametrize("language", [Language.NL, Language.EN])
@pytest.mark.parametrize("country", list(Country))
def test_the_emergency_number_stands_first_and_large(
    client: TestClient,
    desk: FakeDesk,
    cards: Callable[[Country, Language, datetime], tuple[Card, ...]],
    country: Country,
    language: Language,
    hours: int,
) -> None:
    real = cards(country, language, NOW + timedelta(hours=hours))
    desk.cards = real
    client.post("/taal", data={"language": language.value, "country": country.value})
    page = client.get("/hulp").text
    dial = {Language.NL: "Toets", Language.EN: "Dial"}[language]
    assert page.index(f'class="number">{dial} {real[0].doors[0].number}<') > 0
    main = page[page.index("<main") :]
    before_more = main.split('id="meer"')[0]
    assert before_more.count('class="number"') <= 2
    assert client.get("/hulp/mens").status_code == 200
