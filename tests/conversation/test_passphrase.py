"""A passphrase is weak, fair or strong: what people take when they must, and what they should take."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.conversation.passphrase import SHORTEST, strength_of

WEAK = """
    kort|wachtwoord2024|wachtwoord wachtwoord|P@ssw0rd2024!!|qwertyuiop123|1234567890123|qwerty asdfgh zxcvbn
    geboren 01-01-1990|verantwoordelijkheid|ikhouvanjou123|welkom welkom2024|aaaaaaaaaaaa|lamp lamp lamp lamp
    lamplamplamplamp|jan 1990 jan 1990|correct horse battery staple|abcdefghijklmnop|lkjhgfdsapoiuyt|zomer2024zomer2024
    hondkat12345|Welkom01! Welkom02!|de de de de de de|iets heel anders
"""
FAIR = "vier heel andere woorden|een heel andere lange zin|lamp stoel gang 1990|x7$kQ9!mZ2pL"
STRONG = """
    stoel lamp raam plant|stoel lamp raam plant stoel lamp raam plant|kast-boom-fiets-brood
    gordijn!schoen!bamboe!dweil|Tr4$m(9z&Qx2/Lp0?v
"""


def listed(words: str) -> list[str]:
    return [one.strip() for line in words.strip().splitlines() for one in line.split("|")]


@pytest.mark.parametrize("phrase", listed(WEAK))
def test_what_can_be_guessed_is_weak(phrase: str) -> None:
    assert strength_of(phrase) == "weak"


@pytest.mark.parametrize("phrase", listed(FAIR))
def test_what_takes_long_to_guess_is_fair(phrase: str) -> None:
    assert strength_of(phrase) == "fair"


@pytest.mark.parametrize("phrase", listed(STRONG))
def test_four_loose_words_or_many_signs_are_strong(phrase: str) -> None:
    assert strength_of(phrase) == "strong"


@given(st.text(max_size=40))
def test_any_text_has_a_strength_and_saying_it_twice_makes_it_no_stronger(text: str) -> None:
    order = ("weak", "fair", "strong")
    if len(text.casefold()) < SHORTEST:
        assert strength_of(text) == "weak"
    else:
        assert order.index(strength_of(f"{text} {text}")) <= order.index(strength_of(text))


@given(st.lists(st.sampled_from("stoel lamp raam plant kast boom fiets brood".split()), min_size=1, max_size=12))
def test_only_different_words_count(words: list[str]) -> None:
    if len(set(words)) <= 2:
        assert strength_of(" ".join(words)) == "weak"
