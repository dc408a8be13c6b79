"""Why a reply became what it is, what follows on "klopt niet", and the same message answered once more."""

from contextlib import aclosing

import pytest

from app.conversation.values import DeskError, Replacing
from app.responders.protocol import Another, Feedback
from guardrails.values import Mode
from tests.conversation.conftest import DANGER, Answer, Person, Play

ORDINARY = "Mijn baas was boos op mij en ik weet niet waarom."


async def once_more(person: Person, another: Another) -> Answer:
    answer = Answer()
    async with aclosing(person.desk.again(person.talk, another)) as pieces:
        async for piece in pieces:
            answer.pieces.append(piece)
    return answer


# -- why ------------------------------------------------------------------------------------------


def test_of_a_reply_is_known_which_guard_acted_and_who_wrote(either: Play) -> None:
    async def story(person: Person) -> None:
        answer = await person.say(ORDINARY)
        why = (await person.see()).whys[answer.saved.reply_id]
        assert why.acted == ("disclosure.first",)
        assert (why.wrote, why.raised, why.stopped, why.left_out) == ("model", False, False, ())

    either(story, "Dat is naar.")


def test_a_sentence_that_was_left_out_is_named_by_its_reason(play: Play) -> None:
    async def story(person: Person) -> None:
        answer = await person.say(ORDINARY)
        why = (await person.see()).whys[answer.saved.reply_id]
        assert "claims_feelings" in why.left_out
        assert why.wrote == "model"

    play(story, "Ik voel precies wat jij voelt.", "Wat gebeurde er vlak daarvoor?")


def test_in_danger_nothing_is_told_but_that_help_was_shown(play: Play) -> None:
    async def story(person: Person) -> None:
        answer = await person.say(DANGER)
        why = (await person.see()).whys[answer.saved.reply_id]
        assert "direct_question" in answer.events
        assert (why.raised, why.acted, why.left_out, why.wrote) == (True, (), (), "guided")

    play(story)


def test_nothing_of_it_outlives_a_lock(kept: Play) -> None:
    async def story(person: Person) -> None:
        answer = await person.say(ORDINARY)
        await person.desk.say_of(person.talk, answer.saved.reply_id, Feedback.TOO_GENERAL)
        await person.desk.lock()
        await person.desk.unlock("stoel lamp raam plant")
        view = await person.see()
        assert (view.whys, view.again, view.feedback) == ({}, False, None)
        assert len(view.messages) == 2

    kept(story)


def test_nothing_of_it_is_stored(kept: Play) -> None:
    async def story(person: Person) -> str:
        answer = await person.say(ORDINARY)
        await person.desk.say_of(person.talk, answer.saved.reply_id, Feedback.TOO_HUMAN)
        (told,) = await person.desk.history.take(person.talk)
        return repr([m.blocks for m in told.messages])

    assert "too_human" not in kept(story)


# -- klopt niet -----------------------------------------------------------------------------------


def test_it_is_told_of_a_reply_of_this_conversation_only(play: Play) -> None:
    async def story(person: Person) -> None:
        answer = await person.say(ORDINARY)
        for message in (answer.saved.message_id, "nergens"):
            with pytest.raises(DeskError, match="no_such_message"):
                await person.desk.say_of(person.talk, message, Feedback.WRONG)

    play(story)


GUIDED_SAYS = {
    Feedback.TOO_GENERAL: ("vaag", "precies", "algemeen", "moment"),
    Feedback.MISUNDERSTOOD: ("anders bedoeld", "verkeerd begrepen", "lezing", "langs je heen"),
    Feedback.IMPERSONAL: ("jij schrijft", "bij jou", "jouw woorden", "iedereen"),
    Feedback.WRONG: ("klopte niet", "fout", "niet juist", "verkeerd"),
    Feedback.REFERRED_FAST: ("wat je schrijft", "te snel", "te vroeg", "uitgepraat"),
    Feedback.TOO_HUMAN: ("programma", "mens"),
    Feedback.WORSE: ("zwaarder", "geen goed", "slecht antwoord", "moeten staan"),
    Feedback.OTHER: ("paste niet", "iets anders", "was het niet", "ernaast"),
    Feedback.SHOULD_REFER: ("hieronder",),
    Feedback.TOO_AGREEABLE: ("praatte", "tegen", "Meepraten"),
}


@pytest.mark.parametrize("feedback", Feedback)
def test_the_next_guided_reply_heeds_it_and_only_that_one(play: Play, feedback: Feedback) -> None:
    async def story(person: Person) -> None:
        person.desk.use_responder(play.guided)
        first = await person.say(ORDINARY)
        await person.desk.say_of(person.talk, first.saved.reply_id, feedback)
        assert (await person.see()).feedback is feedback
        second = await person.say("Hij zei in het overleg dat mijn verslag te laat was.")
        assert any(words in second.text for words in GUIDED_SAYS[feedback]), second.text
        assert second.text.count("?") <= 1
        view = await person.see()
        assert view.feedback is None
        assert view.whys[second.saved.reply_id].feedback is feedback
        third = await person.say("Daarna zei hij niets meer.")
        assert (await person.see()).whys[third.saved.reply_id].feedback is None

    play(story)


def test_misunderstood_asks_what_was_meant_beside_the_persons_own_words(play: Play) -> None:
    async def story(person: Person) -> None:
        person.desk.use_responder(play.guided)
        first = await person.say(ORDINARY)
        await person.desk.say_of(person.talk, first.saved.reply_id, Feedback.MISUNDERSTOOD)
        text = (await person.say("Mijn verslag was te laat en daar schaam ik me voor.")).text
        assert "verslag" in text and text.rstrip().endswith("?")

    play(story)


def test_a_language_model_gets_a_direction_once(play: Play) -> None:
    async def story(person: Person) -> None:
        first = await person.say(ORDINARY)
        await person.desk.say_of(person.talk, first.saved.reply_id, Feedback.TOO_GENERAL)
        await person.say("Hij zei dat mijn verslag te laat was.")
        await person.say("Daarna zei hij niets meer.")
        told = [any("te algemeen" in d for d in request.directions) for request in person.model.history]
        assert told == [False, True, False]

    play(story, "Dat is naar.", "En toen?", "Goed om te weten.")


def test_too_agreeable_means_pushing_back_for_one_turn(play: Play) -> None:
    async def story(person: Person) -> None:
        first = await person.say(ORDINARY)
        await person.desk.say_of(person.talk, first.saved.reply_id, Feedback.TOO_AGREEABLE)
        await person.say("Hij heeft een hekel aan mij.")
        await person.say("Daarna zei hij niets meer.")
        modes = [[d for d in request.plan.directions if d.startswith("mode_")] for request in person.model.history]
        assert modes == [["mode_think_along"], ["mode_push_back"], ["mode_think_along"]]
        assert person.desk.preferences.mode is Mode.THINK_ALONG

    play(story)


def test_should_have_referred_brings_the_card_with_people(play: Play) -> None:
    async def story(person: Person) -> None:
        first = await person.say(ORDINARY)
        assert first.boxes == []
        await person.desk.say_of(person.talk, first.saved.reply_id, Feedback.SHOULD_REFER)
        second = await person.say("Het is al weken zo.")
        assert [box.card.id for box in second.boxes] == ["help.talk"]
        assert (await person.see()).whys[second.saved.reply_id].acted == ("referral.asked",)

    play(story)


def test_referred_too_fast_never_takes_the_card_away_in_danger(play: Play) -> None:
    async def story(person: Person) -> None:
        first = await person.say(DANGER)
        await person.desk.say_of(person.talk, first.saved.reply_id, Feedback.REFERRED_FAST)
        second = await person.say("Ik wil echt dood.")
        assert second.boxes != []

    play(story)


# -- probeer anders -------------------------------------------------------------------------------


@pytest.mark.parametrize("another", Another)
def test_a_new_reply_takes_the_place_of_the_former_one(either: Play, another: Another) -> None:
    async def story(person: Person) -> None:
        person.desk.use_responder(either.guided)
        await person.say(ORDINARY)
        before = await person.read()
        answer = await once_more(person, another)
        after = await person.read()
        assert isinstance(answer.pieces[0], Replacing)
        assert (len(after), after[0]) == (2, before[0])
        assert after[1].split() == answer.text.split() != before[1].split()
        assert answer.text.startswith("Dit is een computerprogramma")  # the plan stays
        view = await person.see()
        assert view.again and view.whys[view.messages[1].id].another is another

    either(story)


def test_shorter_is_shorter(play: Play) -> None:
    async def story(person: Person) -> None:
        person.desk.use_responder(play.guided)
        for text in (ORDINARY, "Hij zei dat mijn verslag te laat was.", "Ik slaap er slecht van en pieker veel."):
            said = await person.say(text)
            again = await once_more(person, Another.SHORTER)
            assert len(again.text.split()) <= len(said.text.split())

    play(story)


def test_the_same_message_is_not_read_twice(play: Play) -> None:
    async def story(person: Person) -> None:
        await person.say(ORDINARY)
        before = person.desk._memory
        await once_more(person, Another.DIFFERENT)
        await once_more(person, Another.SIMPLER)
        after = person.desk._memory
        assert (after.turns, after.replies) == (before.turns, before.replies) == (1, 1)
        first, second, third = person.model.history
        assert first.plan.opening == second.plan.opening == third.plan.opening
        assert first.messages == second.messages == third.messages
        assert len(third.former) == 2 and any("Dat was het eerste." in d for d in second.directions)

    play(story, "Dat was het eerste.", "Dat was het tweede.", "Dat was het derde.")


def test_a_new_reply_goes_through_the_same_review(play: Play) -> None:
    async def story(person: Person) -> None:
        await person.say(ORDINARY)
        answer = await once_more(person, Another.DIFFERENT)
        assert "voel precies" not in answer.text
        assert "claims_feelings" in answer.done.left_out

    play(story, "Dat is naar.", "Ik voel precies wat jij voelt. Wat gebeurde er?")


def test_feedback_counts_for_a_new_reply_to_the_same_message(play: Play) -> None:
    async def story(person: Person) -> None:
        first = await person.say(ORDINARY)
        await person.desk.say_of(person.talk, first.saved.reply_id, Feedback.TOO_GENERAL)
        await once_more(person, Another.DIFFERENT)
        assert person.model.history[-1].feedback is Feedback.TOO_GENERAL
        assert (await person.see()).feedback is None

    play(story)


@pytest.mark.parametrize("text", [DANGER, "Ik zie het niet meer zitten."])
def test_never_in_danger_or_with_an_open_question(play: Play, text: str) -> None:
    async def story(person: Person) -> None:
        await person.say(text)
        view = await person.see()
        assert not view.again
        with pytest.raises(DeskError, match="no_other"):
            await once_more(person, Another.SHORTER)

    play(story)


def test_only_of_the_last_reply_and_while_nothing_was_said_elsewhere(play: Play) -> None:
    async def story(person: Person) -> None:
        with pytest.raises(DeskError, match="no_other"):
            await once_more(person, Another.SHORTER)
        await person.say(ORDINARY)
        other = await person.desk.new_conversation()
        await person.say("Ik slaap slecht.", talk=other)
        assert not (await person.see()).again
        assert (await person.see(other)).again
        await person.desk.delete(other)
        with pytest.raises(DeskError, match="no_such_conversation"):
            await person.desk.say_of(other, "x", Feedback.WRONG)

    play(story)


def test_stopped_before_its_first_sentence_the_former_reply_stands(play: Play) -> None:
    async def story(person: Person) -> None:
        await person.say(ORDINARY)
        before = await person.read()
        pieces = person.desk.again(person.talk, Another.SHORTER)
        await pieces.aclose()
        assert await person.read() == before
        assert (await person.see()).again

    play(story)


def test_stopped_halfway_what_is_new_stands_and_nothing_is_claimed_of_it(play: Play) -> None:
    async def story(person: Person) -> None:
        said = await person.say(ORDINARY)
        pieces = person.desk.again(person.talk, Another.DIFFERENT)
        await anext(pieces)
        await anext(pieces)
        await pieces.aclose()
        view = await person.see()
        assert view.whys[said.saved.reply_id].stopped
        assert view.messages[-1].blocks != ()

    play(story)
