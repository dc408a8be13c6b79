"""Plain language, measured over all texts a person reads: B1, short sentences, no hard words, no idioms."""

import re
from collections import defaultdict
from functools import cache

import pytest

from app.web.words import LANGUAGES
from guardrails.values import Language
from tests.content.texts import Rules, rules, sentences, texts

_WORD = r"(?<![\w-]){}(?![\w-])"
_DASHES = re.compile("[\u2014\u2015]|\\s\u2013\\s")
_PICTURES = re.compile("[\u2600-\u27bf\U0001f000-\U0001faff]")


@cache
def all_texts(language: Language) -> tuple[tuple[str, str], ...]:
    return tuple(texts(language))


def pattern(phrase: str) -> re.Pattern[str]:
    """A word or phrase as it stands in running text; a star takes in longer forms."""
    body = re.escape(phrase.removesuffix("*")) + (r"\w*" if phrase.endswith("*") else "")
    return re.compile(_WORD.format(body), re.IGNORECASE)


def hits(language: Language, phrases: dict[str, str]) -> list[str]:
    """Every text with one of the phrases in it, with the advice that goes with it."""
    asked = [(pattern(phrase), advice) for phrase, advice in phrases.items()]
    allowed = rules(language).allowed
    return [
        f"{place}: '{found.group(0)}' -> '{advice}' in: {text}"
        for place, text in all_texts(language)
        for looked, advice in asked
        for found in [looked.search(text)]
        if found and found.group(0).lower() not in allowed
    ]


@pytest.fixture(params=LANGUAGES, ids=lambda language: str(language.value))
def language(request: pytest.FixtureRequest) -> Language:
    return request.param


@pytest.fixture
def asked(language: Language) -> Rules:
    return rules(language)


def test_the_check_reads_texts_of_every_kind(language: Language) -> None:
    kinds = {place.split("/")[0] for place, _ in all_texts(language)}
    assert kinds >= {"interface", "guided", "tools", "guard"}
    assert len(all_texts(language)) > 2000


def test_no_sentence_is_long(language: Language, asked: Rules) -> None:
    long = [
        f"{place}: {part}"
        for place, text in all_texts(language)
        for part in sentences(text)
        if len(part.split()) > asked.longest
    ]
    assert not long, "\n".join(long)


def test_the_sentences_of_a_file_are_short_on_average(language: Language, asked: Rules) -> None:
    counts: dict[str, list[int]] = defaultdict(list)
    for place, text in all_texts(language):
        room = "guided" if place.startswith("guided/") else place.split(".")[0]
        counts[room] += [len(part.split()) for part in sentences(text)]
    tiring = {where: sum(n) / len(n) for where, n in counts.items() if sum(n) / len(n) > asked.average}
    assert tiring == {}


def test_no_hard_word_has_a_simple_one(language: Language, asked: Rules) -> None:
    found = hits(language, asked.hard)
    assert not found, "\n".join(found)


def test_no_idiom_that_can_be_taken_by_the_letter(language: Language, asked: Rules) -> None:
    found = hits(language, dict.fromkeys(asked.idioms, "say it plainly"))
    assert not found, "\n".join(found)


def test_no_exclamation_mark_no_long_dash_and_no_picture(language: Language) -> None:
    found = [
        f"{place}: {text}"
        for place, text in all_texts(language)
        if "!" in text or _DASHES.search(text) or _PICTURES.search(text)
    ]
    assert not found, "\n".join(found)


def test_the_check_finds_what_it_is_for(language: Language, asked: Rules) -> None:
    """A list that no longer bites would let every later test pass."""
    for phrase in (*asked.hard, *asked.idioms):
        text = f"Een zin, {phrase.removesuffix('*').upper()}."
        assert pattern(phrase).search(text), phrase
