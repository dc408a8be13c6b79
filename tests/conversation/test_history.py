"""Looking back, at real stores: what is found, what a file holds, what comes back from one, what time was spent."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.conversation.history import Spent
from app.conversation.searching import excerpt, fold, terms
from app.conversation.takeaway import MOST_CHARACTERS, as_json, as_markdown, from_json
from app.conversation.told import Told, ToldMessage
from app.conversation.values import DeskError
from guardrails.values import Level
from tests.conversation.conftest import DANGER, NOON, Person, Play

_LETTERS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
_TIMES = st.datetimes(datetime(2001, 1, 1), datetime(2026, 11, 24), timezones=st.just(UTC))  # noqa: DTZ001
_BLOCKS = st.lists(st.tuples(st.sampled_from(["text", "note", "box", "question"]), _LETTERS), max_size=3).map(tuple)
_MESSAGES = st.lists(st.builds(ToldMessage, st.sampled_from(["user", "assistant"]), _BLOCKS, _TIMES), max_size=4)
TALKS = st.lists(st.builds(Told, st.just("Dinsdag"), _TIMES, _MESSAGES.map(tuple)), max_size=3).map(tuple)


def talk(at: datetime = NOON, text: str = "hoi") -> Told:
    return Told("Dinsdag", at, (ToldMessage("user", (("text", text),), at),))


def changed(**changes: Any) -> str:
    """An export of one message in which something of that message is changed."""
    whole = json.loads(as_json((talk(),)))
    whole["conversations"][0]["messages"][0] |= changes
    return json.dumps(whole)


@pytest.mark.parametrize("asked", ["cafe", "CAFÉ", "café maandag", "maandag  cafe"])
def test_words_are_found_whatever_their_capitals_and_accents(either: Play, asked: str) -> None:
    async def story(person: Person) -> None:
        await person.say("Maandag zat ik in het Café met mijn zus.")
        other = await person.desk.new_conversation()
        await person.say("Het regent vandaag.", other)
        found = await person.desk.history.search(asked)
        assert [row.conversation for row in found] == [person.talk]
        assert "Café" in found[0].line

    either(story)


def test_a_title_is_found_and_a_deleted_conversation_is_not(either: Play) -> None:
    async def story(person: Person) -> None:
        await person.say("Het regent vandaag.")
        await person.desk.rename(person.talk, "Over mijn zus")
        assert [row.title for row in await person.desk.history.search("ZUS")] == ["Over mijn zus"]
        assert await person.desk.history.search("zus regent") == ()
        await person.desk.delete(person.talk)
        assert await person.desk.history.search("zus") == ()

    either(story)


@given(before=_LETTERS, word=st.text("abcdéïß", min_size=1, max_size=6), after=_LETTERS)
def test_an_excerpt_never_fails_and_stays_short(before: str, word: str, after: str) -> None:
    line = excerpt(f"{before} {word} {after}", terms(word)[0])
    assert terms(word)[0] in fold(line)
    assert "\n" not in line and len(line) < 200


@given(st.text(st.characters(max_codepoint=255)))
def test_a_text_is_folded_alike_with_and_without_a_curly_quote_in_it(text: str) -> None:
    assert fold(text + "\u2019") == fold(text) + "\u2019"


@given(TALKS)
def test_what_is_taken_along_comes_back_as_it_was(talks: tuple[Told, ...]) -> None:
    assert from_json(as_json(talks), NOON) == talks


def test_a_file_brought_back_in_another_vault_shows_the_same_conversation(either: Play) -> None:
    async def story(person: Person) -> None:
        await person.say("Mijn zus belt nooit terug.")
        before = await person.read()
        file = as_json(await person.desk.history.take())
        assert await person.desk.history.bring_back(file) == 0
        await person.desk.delete_all()
        assert await person.desk.history.bring_back(file) == 1
        person.talk = (await person.desk.conversations())[0].id
        assert await person.read() == before

    either(story)


def test_a_file_holds_what_was_shown_and_nothing_about_the_person(play: Play) -> None:
    async def story(person: Person) -> None:
        await person.say(DANGER)
        whole = json.loads(as_json(await person.desk.history.take()))
        (told,) = whole["conversations"]
        assert set(whole) == {"format", "version", "conversations"}
        assert set(told) == {"title", "started", "messages"}
        assert {key for message in told["messages"] for key in message} == {"role", "at", "blocks"}

    play(story)


def test_danger_of_today_in_a_file_is_known_and_danger_of_last_week_is_not(play: Play) -> None:
    async def story(person: Person) -> None:
        old = as_json((talk(NOON - timedelta(days=7), DANGER),))
        await person.desk.history.bring_back(old)
        assert person.desk._memory.level is Level.NONE  # pyright: ignore[reportPrivateUsage]
        await person.desk.history.bring_back(as_json((talk(NOON - timedelta(hours=1), DANGER),)))
        assert person.desk._memory.level >= Level.CONCERN  # pyright: ignore[reportPrivateUsage]

    play(story)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("geen json", "import_strange"),
        ("[" * 100_000, "import_strange"),
        ('{"conversations": []}', "import_strange"),
        ('{"format": "klankbord-conversations", "version": 2}', "import_newer"),
        ('{"format": "klankbord-conversations", "version": 1}', "import_broken"),
        (changed(role="system"), "import_broken"),
        (changed(at="2026-11-24T12:00:00"), "import_broken"),
        (changed(at="2030-01-01T12:00:00+00:00"), "import_broken"),
        (changed(at="9999-12-31T23:59:59-23:59"), "import_broken"),
        (changed(at=12), "import_broken"),
        (changed(blocks=[{"form": "script", "text": "x"}]), "import_broken"),
        (changed(blocks=[{"form": "text", "text": "x" * 60_001}]), "import_broken"),
        (changed(blocks={}), "import_broken"),
        (" " * (MOST_CHARACTERS + 1), "import_large"),
    ],
)
def test_a_file_that_is_not_right_adds_nothing(play: Play, text: str, code: str) -> None:
    async def story(person: Person) -> None:
        before = await person.desk.conversations()
        with pytest.raises(DeskError) as refused:
            await person.desk.history.bring_back(text)
        assert refused.value.code == code
        assert await person.desk.conversations() == before

    play(story)


def test_words_of_a_person_become_no_marks_in_markdown() -> None:
    written = as_markdown((talk(text="# <b>*x*</b>"),), {"user": "Jij", "assistant": "Programma"}, str)
    assert "\\# \\<b\\>\\*x\\*\\</b\\>" in written
    assert "## Jij, 2026-11-24" in written


def test_time_spent_is_what_was_counted_and_a_file_adds_none(either: Play) -> None:
    async def story(person: Person) -> None:
        await person.say("Hoi.")
        either.clock.go(minutes=2)
        await person.say("Ik sliep slecht.")
        assert await person.desk.history.spent() == Spent(2, 2, 2, 1)
        file = as_json(await person.desk.history.take())
        await person.desk.delete_all()
        await person.desk.history.bring_back(file)
        assert (await person.desk.history.spent()).month == 0
        either.clock.go(days=8)
        await person.say("Hoi.", (await person.desk.conversations())[0].id)
        assert (await person.desk.history.spent()).days == 2

    either(story)
