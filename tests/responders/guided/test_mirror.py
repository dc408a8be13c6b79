"""Giving a person's own words back: in grammatical second person, or quoted, and never what must not be echoed."""

import pytest

from app.responders.guided.data import load_guided
from app.responders.guided.mirror import mirrors
from guardrails.values import Language
from tests.responders.guided.conftest import HOME

DUTCH, ENGLISH = (load_guided(HOME, language).grammar for language in (Language.NL, Language.EN))


@pytest.mark.parametrize(
    ("said", "turned"),
    [
        ("ik ben bang voor morgen", "je bent bang voor morgen"),
        ("dat ik niet kan slapen", "dat je niet kunt slapen"),
        ("omdat ik geen werk heb", "omdat je geen werk hebt"),
        ("nu zit ik thuis", "nu zit je thuis"),
        ("kan ik niet meer slapen", "kun je niet meer slapen"),
        ("toen ik klein was", "toen je klein was"),
        ("ik schaam me rot", "je schaamt je rot"),
        ("mijn zus belt mij nooit", "je zus belt je nooit"),
        ("zij is beter dan ik", "zij is beter dan jij"),
        ("heb de hele dag niks gedaan", "je hebt de hele dag niks gedaan"),
        ("ik lig wakker en pieker de hele nacht", "je ligt wakker en piekert de hele nacht"),
        ("de ochtend erna ben ik moe en heb ik spijt", "de ochtend erna ben je moe en heb je spijt"),
        ("we hebben ons kindje verloren", "jullie hebben jullie kindje verloren"),
        ("hij lacht om mij", "hij lacht om jou"),
        ("ik ging naar mijn werk", "je ging naar je werk"),
        ("ze vroeg wanneer ik weer kom", "ze vroeg wanneer je weer komt"),
        ("ik ben gewoon moe", "je bent moe"),
    ],
)
def test_a_dutch_clause_is_turned_to_je(said: str, turned: str) -> None:
    assert DUTCH.shift(said) == turned


@pytest.mark.parametrize("said", ["ik flabber de hele dag", "vandaag ik niet", "je snapt me niet", "hij zei 'ga weg'"])
def test_a_clause_that_cannot_be_turned_surely_is_not(said: str) -> None:
    assert DUTCH.shift(said) is None


@pytest.mark.parametrize(
    ("said", "turned"),
    [
        ("i am afraid of monday", "you are afraid of monday"),
        ("I'm in my third week off", "you're in your third week off"),
        ("my mum told me i was rude", "your mum told you you were rude"),
        ("we buried my mum on Friday", "you buried your mum on Friday"),
        ("am so tired of it", "you are so tired of it"),
    ],
)
def test_an_english_clause_is_turned_to_you(said: str, turned: str) -> None:
    assert ENGLISH.shift(said) == turned


@pytest.mark.parametrize(
    "said",
    [
        "ik ben waardeloos", "ik ben een mislukkeling", "ik haat mezelf", "iedereen is beter af zonder mij",
        "ik heb een mes in mijn la", "ik heb twintig pillen genomen", "er zitten microfoons in huis",
        "ze volgen mij op straat", "hij heeft me verkracht", "hij sloeg me tegen de muur", "ik weeg nog 45 kilo",
        "ik stop met mijn pillen", "dat ik irritant ben", "ik ben een slechte moeder", "ik wil dood",
    ],
)  # fmt: skip
def test_what_must_not_be_echoed_is_not_given_back(said: str) -> None:
    assert mirrors(said, DUTCH, careful=False, doubted=False) == []


@pytest.mark.parametrize(
    "said",
    [
        "i am worthless", "i hate myself", "everyone is better off without me", "i have a knife in my drawer",
        "they are following me", "he raped me", "i'm a bad mother", "i took twenty pills", "i want to die",
        "i'm coming off my tablets", "there are cameras all over my house",
    ],
)  # fmt: skip
def test_what_must_not_be_echoed_is_not_given_back_in_english(said: str) -> None:
    assert mirrors(said, ENGLISH, careful=False, doubted=False) == []


def test_what_a_person_only_thinks_is_quoted_and_not_said() -> None:
    found = mirrors("ze vinden mij vast een zeur", DUTCH, careful=False, doubted=True)
    assert all(mirror.form == "thought" for mirror in found)
    assert mirrors("ik word ontslagen", DUTCH, careful=False, doubted=False)[0].form == "quoted"


def test_a_question_is_given_back_as_a_question() -> None:
    assert mirrors("hoe kom ik hier uit?", DUTCH, careful=False, doubted=False)[0].form == "asked"
    assert mirrors("moet ik morgen bellen", DUTCH, careful=False, doubted=False)[0].form == "asked"


def test_concrete_words_go_before_general_ones() -> None:
    best = mirrors(
        "het gaat niet zo goed. mijn zus zuchtte toen ik over kerst begon", DUTCH, careful=False, doubted=False
    )
    assert best[0].text == "je zus zuchtte toen je over kerst begon"


def test_beside_danger_nothing_is_left_that_is_about_the_person() -> None:
    found = mirrors("ik kan niet meer. het is nacht buiten", DUTCH, careful=True, doubted=False)
    assert [mirror.text for mirror in found] == ["het is nacht buiten"]
