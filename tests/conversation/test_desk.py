"""The desk: what was said is kept as it was shown, danger is remembered, and rest has its rules."""

import asyncio
from contextlib import aclosing
from typing import Any

import pytest

from app.conversation.values import DeskError, Motion, Phase, Preferences, Saved, Sentence
from guardrails.values import Country, Language, Level, Mode
from tests.conversation.conftest import CALM, DANGER, PASSPHRASE, Answer, Person, Play

STEP = 170  # seconds between two messages: all of it is active talking
NOT_SAFE = ("Ik ben niet veilig", "I am not safe")


async def talk_for(person: Person, minutes: float, text: str = "Het was druk op het werk.") -> Answer:
    """Messages with less than three minutes between them, until so much time has passed."""
    last = Answer()
    for _ in range(round(minutes * 60 / STEP)):
        last = await person.say(text)
        person.clock.go(seconds=STEP)
    return last


def codes(error: pytest.ExceptionInfo[DeskError]) -> str:
    return error.value.code


# -- what was said ---------------------------------------------------------------------------------


def test_a_reply_stands_on_the_page_as_it_was_shown(either: Play) -> None:
    async def story(me: Person) -> None:
        answer = await me.say("Ik slaap slecht.")
        said, reply = (await me.see()).messages
        assert (said.id, reply.id) == (answer.saved.message_id, answer.saved.reply_id)
        assert said.blocks == (("text", "Ik slaap slecht."),)
        shown = " ".join(piece.text for piece in answer.sentences)
        assert " ".join(text for _, text in reply.blocks) == shown
        assert CALM in shown

    either(story)


def test_a_message_is_saved_before_anything_of_its_reply(either: Play) -> None:
    async def story(me: Person) -> None:
        async with aclosing(me.desk.send(me.talk, "Ik slaap slecht.")) as pieces:
            assert isinstance(await anext(pieces), Saved)
            assert (await me.read())[0] == "Ik slaap slecht."

    either(story)


def test_messages_at_once_lose_nothing_and_each_has_its_own_reply(either: Play) -> None:
    async def story(me: Person) -> None:
        said = [f"Dit is bericht {n} van vandaag." for n in range(6)]
        answers = await asyncio.gather(*map(me.say, said))
        messages = (await me.see()).messages
        assert [message.role for message in messages] == ["user", "assistant"] * 6
        pairs = {(a.saved.message_id, a.saved.reply_id) for a in answers}
        assert {(u.id, r.id) for u, r in zip(messages[::2], messages[1::2], strict=True)} == pairs
        assert sorted(message.blocks[0][1] for message in messages[::2]) == said
        assert all(message.blocks for message in messages)

    either(story)


def test_stop_keeps_what_was_shown_and_the_talk_goes_on(either: Play) -> None:
    gate = asyncio.Event()

    async def story(me: Person) -> None:
        shown: list[str] = []
        async with aclosing(me.desk.send(me.talk, "Ik slaap slecht.")) as pieces:
            async for piece in pieces:
                if isinstance(piece, Sentence):
                    shown.append(piece.text)
                    if piece.text == CALM:
                        await me.desk.stop(me.talk)
        assert shown[-1] == CALM
        assert me.model.closed_early == 1
        reply = (await me.read())[1]
        assert all(sentence in reply for sentence in shown)
        gate.set()
        assert (await me.say("En nu?")).done

    either(story, f"{CALM} Vertel. ", "Goed. Verder.", pauses={len(CALM) + 4: gate}, piece=1)


def test_who_leaves_in_the_middle_finds_what_was_shown(either: Play) -> None:
    async def story(me: Person) -> None:
        async with aclosing(me.desk.send(me.talk, "Ik slaap slecht.")) as pieces:
            async for piece in pieces:
                if isinstance(piece, Sentence) and piece.text == CALM:
                    break
        assert CALM in (await me.read())[1]
        assert me.model.closed_early == 1

    either(story, f"{CALM} Vertel. Nog iets. Dat is alles.", piece=1)


@pytest.mark.parametrize(("text", "code"), [("", "empty"), (" \n ", "empty"), ("x" * 20_001, "too_long")])
def test_what_cannot_be_sent_is_named_and_leaves_no_trace(play: Play, text: str, code: str) -> None:
    async def story(me: Person) -> None:
        with pytest.raises(DeskError) as refused:
            await me.say(text)
        assert codes(refused) == code
        assert await me.read() == []
        assert (await me.say("Ik slaap slecht.")).done

    play(story)


def test_a_conversation_that_is_not_there_is_named(play: Play) -> None:
    async def story(me: Person) -> None:
        for ask in (me.say("Hoi", "nergens"), me.see("nergens"), me.desk.delete("nergens")):
            with pytest.raises(DeskError) as refused:
                await ask
            assert codes(refused) == "no_such_conversation"

    play(story)


# -- keeping and locking -----------------------------------------------------------------------------


def test_keeping_copies_all_and_both_secrets_open_it(play: Play) -> None:
    seen: dict[str, Any] = {}

    async def everything(me: Person) -> dict[str, Any]:
        rows = await me.desk.conversations()
        views = [await me.see(row.id) for row in rows]
        talks = {view.id: (view.title, view.messages, view.draft) for view in views}
        return {"talks": talks, "chosen": me.desk.preferences, "active": views[0].session.minutes}

    async def keep(me: Person) -> None:
        chosen = Preferences(Language.EN, Country.BE, Mode.LISTEN, minutes_limit=20, motion=Motion.LESS)
        await me.desk.set_preferences(chosen)
        await talk_for(me, 6)
        await me.desk.rename(me.talk, "Over het werk")
        await me.desk.put_draft(me.talk, "nog niet af")
        other = await me.desk.new_conversation()
        await me.say("Ik slaap slecht.", other)
        before = await everything(me)
        seen["code"] = await me.desk.keep(PASSPHRASE)
        assert me.desk.kept
        assert await everything(me) == before
        await me.say("Dit komt erbij.", other)
        seen["all"] = await everything(me)
        with pytest.raises(DeskError) as refused:
            await me.desk.keep(PASSPHRASE)
        assert codes(refused) == "already_kept"

    async def open_again(me: Person) -> None:
        assert me.desk.phase is Phase.LOCKED
        await me.desk.unlock(PASSPHRASE)
        assert await everything(me) == seen["all"]
        await me.desk.lock()
        await me.desk.unlock_with_recovery(seen["code"])
        assert await everything(me) == seen["all"]

    play(keep)
    play(open_again, begin=False)


def test_a_weak_passphrase_keeps_nothing_and_the_talk_stays(play: Play) -> None:
    async def story(me: Person) -> None:
        await me.say("Ik slaap slecht.")
        with pytest.raises(DeskError) as refused:
            await me.desk.keep("kort")
        assert codes(refused) == "weak_passphrase"
        assert not me.desk.kept
        assert len(await me.read()) == 2

    play(story)
    assert list(play.folder.iterdir()) == []


def test_a_wrong_passphrase_is_named_and_nothing_is_lost(kept: Play) -> None:
    async def talk(me: Person) -> list[str]:
        await me.say("Ik slaap slecht.")
        return await me.read()

    async def try_to_open(me: Person) -> list[str]:
        for attempt in (me.desk.unlock("een heel andere zin"), me.desk.unlock_with_recovery("AAAA-BBBB")):
            with pytest.raises(DeskError) as refused:
                await attempt
            assert codes(refused) == "wrong_passphrase"
        await me.desk.unlock(PASSPHRASE)
        me.talk = (await me.desk.conversations())[0].id
        return await me.read()

    before = kept(talk)
    assert kept(try_to_open, begin=False) == before


def test_a_lock_stops_the_reply_closes_all_and_keeps_what_was_shown(kept: Play) -> None:
    async def story(me: Person) -> None:
        begun = asyncio.Event()

        async def listen() -> None:
            async with aclosing(me.desk.send(me.talk, "Ik slaap slecht.")) as pieces:
                async for piece in pieces:
                    if isinstance(piece, Sentence) and piece.text == CALM:
                        begun.set()

        listening = asyncio.create_task(listen())
        await begun.wait()
        await me.desk.lock()
        await listening
        assert me.desk.phase is Phase.LOCKED
        with pytest.raises(DeskError) as refused:
            await me.read()
        assert codes(refused) == "locked"
        await me.desk.unlock(PASSPHRASE)
        assert CALM in (await me.read())[1]

    kept(story, f"{CALM} Vertel. ", pauses={len(CALM) + 4: asyncio.Event()}, piece=1)


def test_a_lock_wipes_what_is_not_kept(play: Play) -> None:
    async def story(me: Person) -> None:
        await me.say(DANGER)
        await me.desk.lock()
        assert me.desk.phase is Phase.NEW
        me.talk = await me.desk.begin(Preferences())
        assert await me.read() == []
        assert (await me.see()).card is None

    play(story)
    assert list(play.folder.iterdir()) == []


# -- danger is remembered ----------------------------------------------------------------------------


def test_a_new_conversation_resets_no_danger(either: Play) -> None:
    async def story(me: Person) -> None:
        await me.say(DANGER)
        other = await me.desk.new_conversation()
        answer = await me.say("Hoi.", other)
        assert answer.boxes
        assert (await me.see(other)).card is not None
        assert me.model.history == []

    either(story)


def test_a_deleted_message_counts_for_danger_until_the_lock(kept: Play) -> None:
    async def story(me: Person) -> None:
        await me.say(DANGER)
        await me.desk.delete(me.talk)
        me.talk = await me.desk.new_conversation()
        assert (await me.say("Hoi.")).boxes
        assert me.model.history == []
        await me.desk.delete_all()
        me.talk = await me.desk.new_conversation()
        assert (await me.say("Hoi.")).boxes
        await me.desk.delete_all()
        await me.desk.lock()
        await me.desk.unlock(PASSPHRASE)
        me.talk = await me.desk.new_conversation()
        answer = await me.say("Hoi.")
        assert not answer.boxes
        assert CALM in answer.text

    kept(story)


def test_danger_is_still_known_after_a_restart_and_gone_after_a_day(kept: Play) -> None:
    async def danger(me: Person) -> None:
        await me.say(DANGER)

    async def later(me: Person) -> tuple[bool, int]:
        card = (await me.see()).card is not None
        answer = await me.say("Ik heb thee gezet.")
        assert bool(answer.boxes) is card
        return card, len(me.model.history)

    kept(danger)
    kept.clock.go(hours=1)
    assert kept(later) == (True, 0)
    kept.clock.go(hours=25)
    assert kept(later) == (False, 1)


def test_in_danger_the_screen_is_covered_and_never_locked_by_itself(kept: Play) -> None:
    async def story(me: Person) -> None:
        await me.say("Ik slaap slecht.")
        assert not (await me.see()).cover_only
        await me.say(DANGER)
        assert (await me.see()).cover_only

    kept(story)


# -- rest --------------------------------------------------------------------------------------------


def test_rest_begins_at_thirty_minutes_after_a_note_and_a_warning(either: Play) -> None:
    async def story(me: Person) -> None:
        told: dict[str, float] = {}
        for n in range(12):
            answer = await me.say("Het was druk op het werk.")
            for event in answer.events & {"break_suggested", "limit_notice", "session_closed"}:
                told.setdefault(event, n * STEP / 60)
            me.clock.go(seconds=STEP)
        assert list(told) == ["break_suggested", "limit_notice", "session_closed"]
        assert 20 <= told["break_suggested"] < 23
        assert 25 <= told["limit_notice"] < 28
        assert 30 <= told["session_closed"] < 33
        assert (await me.see()).session.resting

    either(story)


def test_in_rest_three_answers_come_and_then_only_the_way_to_a_person(play: Play) -> None:
    async def story(me: Person) -> None:
        begins = await talk_for(me, 34)
        assert begins.done.resting
        asked = len(me.model.history)
        answers = [await me.say("Mag ik nog iets zeggen?") for _ in range(4)]
        assert all(answer.done.resting for answer in answers)
        assert all("088 0767 000" in answer.text for answer in answers)
        assert len(me.model.history) == asked
        assert len(answers[-1].sentences) < len(answers[0].sentences) or len(answers[-1].text) < len(answers[0].text)

    play(story)


def test_rest_ends_after_a_quarter_of_an_hour(play: Play) -> None:
    async def story(me: Person) -> None:
        assert (await talk_for(me, 34)).done.resting
        me.clock.go(minutes=16)
        answer = await me.say("Daar ben ik weer.")
        assert not answer.done.resting
        assert not (await me.see()).session.resting

    play(story)


def test_waiting_for_the_model_and_being_away_are_not_counted(play: Play) -> None:
    async def story(me: Person) -> None:
        def slow(_request: object) -> str:
            me.clock.go(minutes=4)
            return CALM

        me.model._replies = (slow,)
        for _ in range(12):
            answer = await me.say("Het was druk op het werk.")
            assert not answer.done.resting
        assert (await me.see()).session.minutes == 0
        for _ in range(4):
            me.clock.go(minutes=10)
            await me.say("Het was druk op het werk.")
        assert (await me.see()).session.minutes == 12

    play(story)


def test_no_rest_begins_in_danger_and_the_page_speaks_of_none(either: Play) -> None:
    async def story(me: Person) -> None:
        await talk_for(me, 26)
        await me.say(DANGER)
        for _ in range(8):
            me.clock.go(seconds=STEP)
            answer = await me.say("Ik zit op mijn kamer.")
            assert not answer.done.resting
            assert answer.boxes
            assert not answer.events & {"limit_notice", "session_closed", "break_suggested"}
        assert not (await me.see()).session.resting

    either(story)


def test_a_day_that_is_full_is_no_rest_in_danger_either(play: Play) -> None:
    async def story(me: Person) -> None:
        for _ in range(4):
            await talk_for(me, 30)
            me.clock.go(minutes=16)
        assert (await me.see()).session.resting
        answer = await me.say(DANGER)
        assert not answer.done.resting
        assert answer.boxes
        assert not (await me.see()).session.resting

    play(story)


@pytest.mark.parametrize("words", NOT_SAFE)
def test_not_being_safe_ends_a_rest_without_proof(play: Play, words: str) -> None:
    async def story(me: Person) -> None:
        assert (await talk_for(me, 34)).done.resting
        answer = await me.say(words)
        assert not answer.done.resting
        assert "direct_question" in answer.events
        view = await me.see()
        assert not view.session.resting
        assert view.quick_answers
        assert not (await me.say("Ik weet het niet.")).done.resting

    play(story)


def test_rest_survives_a_restart_and_a_clock_that_was_set_back(kept: Play) -> None:
    async def into_rest(me: Person) -> None:
        assert (await talk_for(me, 34)).done.resting

    async def still(me: Person) -> float:
        session = (await me.see()).session
        assert session.resting
        assert (await me.say("Hoi.")).done.resting
        return session.rest_minutes_left

    kept(into_rest)
    kept.clock.go(minutes=5)
    before = kept(still)
    kept.clock.go(hours=-2)
    assert kept(still) <= before


def test_a_limit_that_is_made_longer_holds_from_tomorrow_and_a_shorter_one_now(play: Play) -> None:
    async def story(me: Person) -> None:
        await me.desk.set_preferences(Preferences(minutes_limit=60))
        assert me.desk.preferences.minutes_limit == 30
        await me.desk.set_preferences(Preferences(minutes_limit=15))
        assert me.desk.preferences.minutes_limit == 15
        assert (await talk_for(me, 20)).done.resting

    play(story)


# -- what the page is offered --------------------------------------------------------------------------


def test_keeping_is_offered_after_a_first_talk_and_never_in_danger(play: Play) -> None:
    async def story(me: Person) -> None:
        offers: list[bool] = []
        for text in ("Ik slaap slecht.", "Het is druk.", "En thuis ook.", DANGER):
            await me.say(text)
            offers.append((await me.see()).offer_to_keep)
        assert offers == [False, False, True, False]

    play(story)


def test_at_danger_the_model_is_not_asked(either: Play) -> None:
    async def story(me: Person) -> None:
        answer = await me.say(DANGER)
        assert answer.done.quick_answers
        assert me.model.history == []
        assert (await me.see()).quick_answers
        view = await me.see()
        assert view.card is not None and any(door.number == "113" for door in view.card.doors)

    either(story)


def test_a_lock_forgets_the_level(kept: Play) -> None:
    async def story(me: Person) -> None:
        await me.say(DANGER)
        assert me.desk._memory.level >= Level.ELEVATED
        await me.desk.lock()
        assert me.desk._memory.level is Level.NONE

    kept(story)
