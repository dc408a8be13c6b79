"""No words outside the reviewed files: not in a template, an attribute or a script; and nothing left untranslated."""

import re

from app.web.words import load_words
from guardrails.values import Language
from tests.content.texts import HOME, texts

WEB = HOME / "app" / "web"
_SAME = {  # words that are the same in Dutch and English
    "app.name",
    "help.hours",
    "usage.minutes",
    "country.BE",
    "language.nl",
    "language.en",
}
_JINJA = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}", re.DOTALL)
_SPOKEN = re.compile(
    r"""\b(?:title|alt|aria-label|placeholder|data-text|data-lock|data-cover)=(["'])(.*?)\1""", re.DOTALL
)
_WORDS = re.compile(r"[A-Za-zÀ-ÿ]{2,}")
_PUT_ON_THE_PAGE = re.compile(r"""(?:textContent|innerText|innerHTML|title|alt|placeholder)\s*=\s*(["'`])([^"'`]+)\1""")
_ALERTS = re.compile(r"\b(?:alert|confirm|prompt)\(")


def test_no_attribute_that_is_read_out_has_words_of_its_own() -> None:
    found = [
        f"{path.relative_to(WEB)}: {spoken}"
        for path in WEB.rglob("*.html")
        for _, spoken in _SPOKEN.findall(_JINJA.sub(" ", path.read_text(encoding="utf-8")))
        if _WORDS.search(spoken)
    ]
    assert found == []


def test_no_button_of_a_template_has_a_value_that_is_a_sentence() -> None:
    """What a quick answer sends stands in the reviewed files too."""
    quick = re.compile(r"""name="quick" value=(["'])(.*?)\1""", re.DOTALL)
    found = [
        f"{path.relative_to(WEB)}: {value}"
        for path in WEB.rglob("*.html")
        for _, value in quick.findall(_JINJA.sub("", path.read_text(encoding="utf-8")))
        if _WORDS.search(value)
    ]
    assert found == []


def test_no_script_puts_words_of_its_own_on_the_page() -> None:
    found: list[str] = []
    for path in (WEB / "static").glob("*.js"):
        text = path.read_text(encoding="utf-8")
        found += [f"{path.name}: {words}" for _, words in _PUT_ON_THE_PAGE.findall(text) if _WORDS.search(words)]
        found += [f"{path.name}: a box of the browser"] if _ALERTS.search(text) else []
    assert found == []


def test_no_sentence_of_a_page_was_left_untranslated() -> None:
    words = load_words(HOME)
    dutch, english = words[Language.NL], words[Language.EN]
    same = {key for key, text in dutch.sentences.items() if english.sentences[key] == text and len(text.split()) > 1}
    same |= {key for key, lines in dutch.lists.items() if set(lines) & set(english.lists[key]) and key != "time.months"}
    assert same - _SAME == set()


def test_no_sentence_elsewhere_was_left_untranslated() -> None:
    """Guided lines, tools and guard texts: a sentence of four words or more is never the same in both languages."""
    english = {text for _, text in texts(Language.EN)}
    found = {f"{place}: {text}" for place, text in texts(Language.NL) if text in english and len(text.split()) > 3}
    assert found == set()
