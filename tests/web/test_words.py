"""The texts of the pages: both languages whole, plain, and without the claims the program may not make."""

import re
from pathlib import Path

import pytest

from app.web.words import LANGUAGES, Words, WordsError, load_words
from guardrails.values import Claim, Country, Language

HOME = Path(__file__).parents[2]
WORDS = load_words(HOME)
WEB = HOME / "app" / "web"

# t("key"), lines("key"), words.say("key"); a key that is put together at run time ends in " ~".
_ASKS = re.compile(r"""(?:\bt|lines|say|all)\((["'])([a-z_.0-9]+)\1(?! ~)""")
_MARKUP = re.compile(r"{% block body_class %}.*?{% endblock %}|{#.*?#}|{%.*?%}|{{.*?}}|<[^>]*>|&\w+;", re.DOTALL)


def every_text(words: Words) -> list[tuple[str, str]]:
    lists = [(key, text) for key, texts in words.lists.items() for text in texts]
    return [*words.sentences.items(), *lists]


def sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.?:])\s+", text) if part]


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_short(language: Language) -> None:
    found = [(key, s) for key, text in every_text(WORDS[language]) for s in sentences(text)]
    assert [(key, s) for key, s in found if len(s.split()) > 15] == []
    assert sum(len(s.split()) for _, s in found) / len(found) <= 10


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_exclamation_and_no_word_of_a_person(language: Language) -> None:
    quick = {"chat.unknown", "chat.rather_not", "chat.not_safe", "start.human", "human.program"}
    person = {Language.NL: r"\b(ik|mij|mijn)\b", Language.EN: r"\b(I|my)\b"}[language]
    for key, text in every_text(WORDS[language]):
        assert "!" not in text, key
        said_by_the_person = key in quick or "‘" in text
        assert said_by_the_person or not re.search(person, text, re.IGNORECASE if language is Language.NL else 0), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_and_every_country_has_words(language: Language) -> None:
    words = WORDS[language]
    assert [claim for claim in Claim if not words.has(f"left_out.{claim.value}")] == []
    assert [country for country in Country if not words.has(f"country.{country.value}")] == []


def test_every_key_a_template_or_route_asks_for_exists() -> None:
    asked = {
        key
        for path in [*WEB.rglob("*.html"), *WEB.rglob("*.py")]
        for _, key in _ASKS.findall(path.read_text(encoding="utf-8"))
    }
    known = {*WORDS[Language.NL].sentences, *WORDS[Language.NL].lists}
    assert len(asked) > 80
    assert asked - known == set()


def test_no_template_has_words_of_its_own() -> None:
    for path in WEB.rglob("*.html"):
        text = _MARKUP.sub(" ", path.read_text(encoding="utf-8"))
        assert re.findall(r"[A-Za-zÀ-ÿ]{2,}", text) == [], path.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_file_says_who_when_and_that_it_is_a_concept(language: Language) -> None:
    for path in (HOME / "prompts" / language.value / "interface").glob("*.toml"):
        text = path.read_text(encoding="utf-8")
        assert re.search(r'^owner = ".+"\ndate = "\d{4}-\d\d-\d\d"\nstatus = "concept"$', text, re.MULTILINE), path


def test_a_key_in_one_language_only_is_refused(tmp_path: Path) -> None:
    for language, text in (("nl", 'a = "x"\nb = "y"'), ("en", 'a = "x"')):
        folder = tmp_path / "prompts" / language / "interface"
        folder.mkdir(parents=True)
        (folder / "pages.toml").write_text(text, encoding="utf-8")
    with pytest.raises(WordsError, match="one language only: b"):
        load_words(tmp_path)
