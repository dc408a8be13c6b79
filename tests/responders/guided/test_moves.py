"""What the guided conversation does at moments that ask for something special."""

import pytest

from app.responders.guided.data import load_guided
from guardrails.sentences import sentences
from guardrails.values import Language, Level
from tests.responders.guided.conftest import HOME, Talk

DUTCH = load_guided(HOME, Language.NL)


def said_from(reply: str, *places: str) -> bool:
    """Does a reply hold a text of one of these acts, needs or lines?"""
    known = [text for place, text in DUTCH.texts() if place in places]
    return any(text in reply for text in known)


def test_what_did_not_help_changes_the_course(talk: Talk) -> None:
    first = talk.say("ik lig te piekeren over mijn werk")
    second = talk.say("dat hielp niet")
    assert said_from(second.reply, "unhelpful", "unhelpful_ask", "act.no_exercise", "act.too_general")
    assert not set(sentences(first.reply)) & set(sentences(second.reply))


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("wow nooit aan gedacht", "act.sarcasm"),
        ("kutprogramma", "act.insult"),
        ("je praat me na", "act.parrot"),
        ("nee dat bedoel ik niet", "act.misread"),
        ("je klinkt als een folder", "act.too_general"),
        ("weet ik niet", "act.dunno"),
        ("hoi", "act.greeting"),
        ("niemand", "act.nobody"),
        ("hou op met vragen", "act.no_questions"),
        ("vertel eens een mop", "need.joke"),
        ("hoe lang werkt sertraline", "need.medicine_facts"),
        ("heb ik adhd", "need.diagnosis"),
        ("kun je mijn huisarts bellen", "need.call_for_me"),
        ("leest er iemand mee", "need.program"),
    ],
)
def test_a_special_message_gets_a_fitting_answer(talk: Talk, text: str, act: str) -> None:
    talk.say("ik slaap slecht de laatste tijd")
    assert said_from(talk.say(text).reply, act)


def test_facts_are_not_made_up_and_the_one_who_knows_is_named(talk: Talk) -> None:
    reply = talk.say("hoe lang werkt sertraline").reply
    assert any(name in reply for name in ("apotheek", "arts"))


def test_an_offer_is_asked_first_and_a_no_is_accepted(talk: Talk) -> None:
    offers = [text for place, lines in DUTCH.lines.items() if place.startswith("offer.") for text in lines]
    for text in ("ik pieker de hele dag", "over mijn werk", "over geld", "mijn hoofd maalt maar door", "weer piekeren"):
        turn = talk.say(text)
        if any(offer in turn.reply for offer in offers):
            answer = talk.say("nee")
            assert said_from(answer.reply, "offer_refused")
            return
    pytest.fail("nothing was offered")


def test_a_yes_to_an_offer_of_the_guard_begins_another_side(talk: Talk) -> None:
    offered = DUTCH.lines["offered_by_guard"]
    for text in ("iedereen vindt mij vast een zeur", "ze vinden me raar op het werk", "niemand vindt me aardig"):
        if any(piece in talk.say(text).shown for piece in offered):
            assert talk.say("ja").reply.endswith(DUTCH.lines["flow.push_back"][0])
            return
    pytest.skip("the guard offered nothing here")


def test_thoughts_are_put_in_order_with_the_persons_own_words(talk: Talk) -> None:
    talk.say("alles loopt door elkaar, kun je het op een rij zetten")
    listed = talk.say("belasting\ntandarts bellen\ncadeau voor mijn moeder").reply
    assert "3 dingen" in listed
    assert "cadeau voor je moeder" in listed
    assert said_from(talk.say("de belasting").reply, "order.kind")


def test_a_prepared_talk_ends_with_the_persons_own_answers(talk: Talk) -> None:
    for text in ("hoe zeg ik dat tegen de huisarts", "dat ik niet slaap", "ik vertel nooit dat ik huil"):
        talk.say(text)
    last = talk.say("een verwijzing").reply
    assert "‘ik vertel nooit dat ik huil’" in last


def test_no_question_follows_when_the_person_wants_none(talk: Talk) -> None:
    talk.say("hou op met vragen")
    assert not any(
        "?" in talk.say(text).reply for text in ("ik had een rotdag", "mijn baas was boos", "en nu ben ik moe")
    )


def test_the_same_message_again_is_seen_as_such(talk: Talk) -> None:
    talk.say("ik ben moe")
    assert said_from(talk.say("ik ben moe").reply, "same")


def test_death_is_talked_about_plainly(talk: Talk) -> None:
    turn = talk.say("mijn vrouw is 6 weken dood")
    assert turn.reading.level is Level.NONE
    assert "je vrouw is 6 weken dood" in turn.reply.lower()


def test_danger_is_led_by_the_fixed_program_that_says_so_once(talk: Talk) -> None:
    first = talk.say("ik denk aan zelfmoord")
    second = talk.say("niemand weet het")
    leads = DUTCH.lines["crisis.leads"][0]
    assert first.reading.level >= Level.ELEVATED
    assert leads in first.reply
    assert leads not in second.reply


def test_a_goodbye_is_clean(talk: Talk) -> None:
    talk.say("ik had ruzie met mijn zus")
    reply = talk.say("ik ga slapen, doei").reply
    assert "?" not in reply
    assert said_from(reply, "goodbye")


def test_nothing_of_the_first_message_is_guessed(talk: Talk) -> None:
    reply = talk.say("mijn hond is gisteren ingeslapen").reply.lower()
    assert "hond" in reply
