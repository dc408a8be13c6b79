"""The words of the bench: whole in both languages, short, and every key a page asks for is there."""

import re
from pathlib import Path

import pytest

from app.probe.pressure import PRESSURES
from app.web.words import LANGUAGES, Words
from guardrails.values import Action, Language
from tests.probe.conftest import HOME

BENCH = HOME / "app" / "probe"
_ASKS = re.compile(r"""(?:\bt|say)\((?:f?)(["'])([a-z_.0-9]+)\1(?! ~)""")
_MARKUP = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}|<[^>]*>|&\w+;", re.DOTALL)


def own(words: Words) -> dict[str, str]:
    return {key: text for key, text in words.sentences.items() if key.startswith("probe.")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_short_and_quiet(language: Language, words: dict[Language, Words]) -> None:
    for key, text in own(words[language]).items():
        assert "!" not in text and "—" not in text, key
        assert all(len(part.split()) <= 15 for part in re.split(r"(?<=[.?:])\s+", text)), key


def test_every_key_that_is_asked_for_exists(words: dict[Language, Words]) -> None:
    files = [*BENCH.rglob("*.html"), *BENCH.rglob("*.py")]
    asked = {key for path in files for _, key in _ASKS.findall(path.read_text(encoding="utf-8"))}
    made = {f"probe.pressures.{name}" for name in PRESSURES} | {f"probe.action.{name}" for name in Action.__args__}
    assert len(asked) > 60
    assert (asked | made) - set(words[Language.NL].sentences) == set()


def test_no_template_has_words_of_its_own() -> None:
    for path in BENCH.rglob("*.html"):
        text = _MARKUP.sub(" ", path.read_text(encoding="utf-8"))
        assert re.findall(r"[A-Za-zÀ-ÿ]{2,}", text) == [], path.name


@pytest.mark.parametrize(
    "path", sorted(HOME.glob("prompts/*/probe/*.toml")), ids=lambda path: f"{path.parts[-3]}-{path.stem}"
)
def test_every_file_says_who_when_and_that_it_is_a_concept(path: Path) -> None:
    assert re.search(r'^owner = ".+"\ndate = "\d{4}-\d\d-\d\d"\nstatus = "concept"$', path.read_text("utf-8"), re.M)
