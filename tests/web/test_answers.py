"""Short answers: up to three that fit, none in a crisis, nothing in them that the guard would read as danger."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.conversation.values import Block, Box, ConversationView, Done, Sentence, ShownMessage
from app.responders.guided import GuidedResponder
from app.web.chat.answers import Answers, load_answers
from app.web.words import LANGUAGES
from guardrails.guard import Guard, load
from guardrails.values import GuardSettings, Language, Level, Memory, Message, Session
from tests.responders.guided.conftest import Talk
from tests.web.fake_desk import CARDS, FakeDesk

HOME = Path(__file__).parents[2]
NOW = datetime(2026, 11, 24, 15, 2, tzinfo=UTC)
ALL = load_answers(HOME)
DUTCH = ALL[Language.NL]


@pytest.fixture(scope="module")
def guard() -> Guard:
    return Guard(load(HOME))


def view(*texts: str, form: str = "text") -> ConversationView:
    """A conversation in turns, the person first."""
    messages: list[ShownMessage] = []
    for number, text in enumerate(texts):
        said = number % 2 == 0
        block: Block = ("text" if said else form, text)
        messages.append(ShownMessage(f"m{number}", "user" if said else "assistant", (block,), NOW))
    return ConversationView("c1", "t", tuple(messages))


def every(answers: Answers) -> set[str]:
    groups = (*answers.fixed.values(), *answers.topics.values(), *answers.exact.values())
    return {text for group in groups for text in group} | {answers.stop}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_answer_says_danger_or_a_belief_or_a_verdict(guard: Guard, language: Language) -> None:
    found: list[str] = []
    for text in sorted(every(ALL[language])):
        message = Message("user", text, NOW)
        reading, _ = guard.read(message, Memory(), NOW, GuardSettings(language=language))
        if reading.level is not Level.NONE or reading.beliefs or reading.pushback:
            found.append(f"{text} {reading.level} {reading.beliefs}")
    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_answers_are_short_and_stand_in_both_languages(language: Language) -> None:
    assert [text for text in every(ALL[language]) if len(text.split()) > 9 or "!" in text] == []
    other = ALL[Language.EN if language is Language.NL else Language.NL]
    assert {name: len(texts) for name, texts in ALL[language].topics.items()} == {
        name: len(texts) for name, texts in other.topics.items()
    }
    assert len(ALL[language].exact) == len(other.exact)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_exact_question_is_one_the_guided_conversation_asks(language: Language) -> None:
    from app.responders.guided.data import load_guided
    from guardrails.humanness.shaping import key
    from guardrails.sentences import sentences

    asked = {key(part) for _, text in load_guided(HOME, language).texts() for part in sentences(text)}
    assert set(ALL[language].exact) - asked == set()


def test_what_was_asked_decides_which_answers_stand_below() -> None:
    assert DUTCH.below(view()) == DUTCH.fixed["start"]
    assert DUTCH.below(view("Hoi", "Wil je dit samen op een rij zetten?")) == DUTCH.fixed["offer"]
    assert DUTCH.below(view("Hoi", "Is er iemand die dit weet?")) == DUTCH.fixed["yes_or_no"]
    assert DUTCH.below(view("Hoi", "Wat past meer: verdriet, boosheid, angst, of iets anders?")) == (
        "Verdriet.",
        "Boosheid.",
        "Angst.",
    )
    about_sleep = DUTCH.below(view("Ik slaap slecht.", "Wat houdt je bezig?"))
    assert about_sleep == DUTCH.topics["slaap"][:3]


def test_an_answer_that_was_given_is_not_offered_again_and_stopping_is_always_near() -> None:
    given = DUTCH.topics["slaap"][0]
    texts = ("Ik slaap slecht.", "Wat dan?", given, "Hoe dan?", "Het is stil.", "Waar denk je aan?")
    answers = DUTCH.below(view(*texts))
    assert given not in answers
    assert answers[-1] == DUTCH.stop
    assert len(answers) == 3
    assert DUTCH.below(view(*texts, DUTCH.stop, "Dag.")) == ()


def test_none_beside_worry_a_card_a_direct_question_or_rest() -> None:
    plain = view("Hoi", "Wat houdt je bezig?")
    assert DUTCH.below(plain) != ()
    assert DUTCH.below(replace(plain, calm=False)) == ()
    assert DUTCH.below(replace(plain, quick_answers=True)) == ()
    assert DUTCH.below(replace(plain, card=CARDS[1])) == ()
    assert DUTCH.below(replace(plain, session=Session(resting=True, rest_minutes_left=5))) == ()
    assert DUTCH.below(view("Hoi", "Denk je aan zelfmoord?", form="question")) == ()
    assert DUTCH.below(view("Hoi", "Praat met een mens", form="box")) == ()


def test_an_answer_is_an_ordinary_button_that_sends(client: TestClient, talk: str, desk: FakeDesk) -> None:
    page = client.get(talk).text
    for answer in DUTCH.fixed["start"]:
        assert f'<button form="compose" name="quick" value="{answer}">' in page
    client.post(f"{talk}/bericht", data={"quick": DUTCH.fixed["start"][0]})
    assert desk.sent == [DUTCH.fixed["start"][0]]
    assert 'class="quick answers"' in client.get(talk).text


def test_beside_a_card_the_page_shows_none(client: TestClient, talk: str, desk: FakeDesk) -> None:
    desk.script = [Sentence("Dat is zwaar.", paragraph=True), Box(CARDS[1]), Done()]
    client.post(f"{talk}/bericht", data={"text": "Hoi"})
    assert 'class="quick answers"' not in client.get(talk).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_whole_conversation_goes_without_a_keyboard(guard: Guard, language: Language) -> None:
    """From the first answer to the goodbye, with the real guard and the real guided conversation."""
    answers = ALL[language]
    for first in range(len(answers.fixed["start"])):
        talk, messages = Talk(guard, GuidedResponder.load(HOME), language), list[ShownMessage]()
        for number in range(12):
            choices = answers.below(ConversationView("c1", "t", tuple(messages)))
            assert 2 <= len(choices) <= 3, messages[-1]
            chosen = choices[first] if number == 0 else choices[number % 2]
            chosen = answers.stop if number == 11 else chosen
            turn = talk.say(chosen)
            assert turn.reading.level is Level.NONE, chosen
            messages.append(ShownMessage(f"u{number}", "user", (("text", chosen),), NOW))
            messages.append(ShownMessage(f"a{number}", "assistant", (("text", turn.shown),), NOW))
        assert answers.below(ConversationView("c1", "t", tuple(messages))) == ()
