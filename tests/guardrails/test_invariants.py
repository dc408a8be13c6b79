"""What must hold for every conversation, tried on conversations made by chance from real messages."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.guard import Guard, load
from guardrails.referral import Need, card_for
from guardrails.values import (
    Card,
    Country,
    Door,
    Ground,
    GuardSettings,
    Kind,
    Language,
    Level,
    Memory,
    Message,
    Plan,
    Reading,
    Session,
)

HOME = Path(__file__).parents[2]
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HERE = GuardSettings()
GUARD = Guard(load(HOME))
CALM = (
    "Ik slaap slecht.",
    "Op het werk is het druk.",
    "Mijn zus heeft een nieuwe baan.",
    "Het regende vandaag de hele dag.",
)
SAID = ("Ik wil niet meer leven.", "Ik denk de hele dag aan zelfmoord.", "I want to kill myself.")
GUESSED = ("Ik kan niet meer.", "Het hoeft voor mij niet meer.", "Ik ben er klaar mee.", "Ik wil rust, voor altijd.")
SAFE = ("Mijn zus is nu bij me.", "Ik heb 113 gebeld.", "My sister is here with me now.")
ANSWERS = ("Ja", "Nee", "Soms", "Weet ik niet", "Zeg ik liever niet", "Yes", "No", "Grapje.", "Just kidding.")
REPLIES = (
    "Dit is een computerprogramma, geen mens. Het kan fouten maken.",
    "Denk je aan zelfmoord?",
    "Wat weegt nu het zwaarst?",
    "Dat klinkt zwaar.",
    "Praten met een mens kan hierbij helpen. 113 Zelfmoordpreventie is bereikbaar op 113.",
    "Net schreef je iets waardoor het veiliger werd. Is dat nog zo?",
)


def probes() -> list[str]:
    files = sorted((HOME / "tests" / "probes").glob("risk-*.jsonl"))
    rows = [json.loads(line) for path in files for line in path.read_text(encoding="utf-8").splitlines()]
    return [row["text"] for row in rows]


FEW = settings(max_examples=40, deadline=None, derandomize=True)
MORE = settings(FEW, max_examples=150)
texts = st.sampled_from((*CALM, *SAID, *GUESSED, *SAFE, *ANSWERS)) | st.sampled_from(probes())
calm = st.lists(st.sampled_from(CALM), max_size=30)


@st.composite
def transcripts(draw: st.DrawFn) -> tuple[Message, ...]:
    """A person and a program in turn, over some hours, in one conversation or several."""
    at, found = NOON, list[Message]()
    for _ in range(draw(st.integers(1, 10))):
        talk = draw(st.sampled_from("aab"))
        found.append(Message("user", draw(texts), at, talk))
        found.append(Message("assistant", draw(st.sampled_from(REPLIES)), at, talk))
        at += timedelta(minutes=draw(st.sampled_from((1, 5, 60, 600))))
    return tuple(found)


def hear(*said: str, before: Memory | None = None, minutes: int = 1) -> tuple[Reading, Memory]:
    """Messages of the person with a calm reply after each but the last; the last reading and the memory."""
    memory, reading = before or Memory(), None
    for number, text in enumerate(said):
        at = NOON + timedelta(minutes=number * minutes)
        if reading is not None:
            memory = GUARD.heard(Message("assistant", "Dat klinkt zwaar.", at, "a"), memory)
        reading, memory = GUARD.read(Message("user", text, at, "a"), memory, at, HERE)
    assert reading is not None
    return reading, memory


def answered(text: str, before: Memory) -> tuple[Plan, Memory]:
    """A message, and the memory after the guard's own parts of the reply were shown."""
    reading, memory = GUARD.read(Message("user", text, NOON, "a"), before, NOON, HERE)
    plan = GUARD.plan(reading, memory, Session(), HERE, NOON)
    shown = "\n".join(part.text for part in (*plan.opening, *plan.closing))
    return plan, GUARD.heard(Message("assistant", shown or "Dat klinkt zwaar.", NOON, "a"), memory)


# -- a fold ----------------------------------------------------------------------------------------------


@FEW
@given(transcripts(), st.data())
def test_reading_a_transcript_is_the_fold_of_its_messages(messages: tuple[Message, ...], data: st.DataObject) -> None:
    whole = GUARD.follow(messages, HERE)
    at = data.draw(st.integers(0, len(messages)))
    first, memory = GUARD.follow(messages[:at], HERE)
    last, memory = GUARD.follow(messages[at:], HERE, memory)
    assert (last or first, memory) == whole
    assert GUARD.follow(messages, HERE) == whole


@FEW
@given(transcripts())
def test_a_level_rises_on_one_message_and_never_falls_below_what_was_just_said(messages: tuple[Message, ...]) -> None:
    memory = Memory()
    for message in messages:
        if message.role == "assistant":
            memory = GUARD.heard(message, memory)
            continue
        reading, memory = GUARD.read(message, memory, message.at, HERE)
        assert reading.level == memory.level
        assert reading.level >= reading.here or reading.safety_said
        assert bool(reading.kinds) is (reading.level > Level.NONE)


# -- how danger falls --------------------------------------------------------------------------------------


@pytest.mark.parametrize("danger", SAID)
@pytest.mark.parametrize("joke", ["Grapje.", "Grapje!", "just kidding", "Nee hoor, geintje.", "Het was maar een grap."])
def test_what_was_said_is_not_taken_back_by_a_joke(danger: str, joke: str) -> None:
    before, memory = hear(danger)
    after, _ = hear(joke, before=memory)
    assert before.ground is Ground.SAID
    assert after.level == before.level >= Level.ELEVATED


@MORE
@given(st.sampled_from(SAID), st.lists(st.sampled_from(CALM), min_size=1, max_size=12))
def test_what_was_said_does_not_fade_with_ordinary_messages(danger: str, after: list[str]) -> None:
    said, memory = hear(danger)
    later, _ = hear(*after, before=memory)
    assert later.level == said.level


@pytest.mark.parametrize("danger", SAID)
@pytest.mark.parametrize("safe", SAFE)
def test_what_was_said_falls_on_safety_and_is_checked_back_once(danger: str, safe: str) -> None:
    _, memory = answered(danger, Memory())
    plan, memory = answered(safe, memory)
    assert plan.level is Level.CONCERN
    asked: list[int] = []
    for turn in range(6):
        plan, memory = answered("Op het werk is het druk.", memory)
        if any(part.kind == "check_back" for part in plan.closing):
            asked.append(turn)
    assert len(asked) == 1


def test_a_guess_is_gone_after_three_ordinary_messages() -> None:
    tried = 0
    for text in probes():
        reading, memory = hear(text)
        if reading.ground is not Ground.GUESSED:
            continue
        tried += 1
        later, _ = hear(*CALM[:3], before=memory)
        assert later.level == memory.said, text  # what was said beside it stays
    assert tried >= 20


def test_a_guess_falls_a_level_on_a_clear_no_and_is_not_asked_again_on_the_same_words() -> None:
    tried = 0
    for text in (*GUESSED, *probes()):
        reading, memory = hear(text)
        plan, memory = answered(text, Memory())
        if reading.ground is not Ground.GUESSED or memory.question != "suicide":
            continue
        tried += 1
        _, memory = answered("Nee", memory)
        assert memory.level == reading.level - 1, text
        plan, memory = answered(text, memory)
        assert not any(part.kind == "question" for part in plan.closing), text
    assert tried >= 10


def test_an_answer_is_not_followed_by_the_same_question() -> None:
    for said, answer in ((text, answer) for text in (*SAID, *GUESSED) for answer in ("Ja", "Soms", "Nee")):
        first, memory = answered(said, Memory())
        questions = [part.text for part in first.closing if part.kind == "question"]
        second, _ = answered(answer, memory)
        assert not set(questions) & {part.text for part in second.closing}


def test_no_text_of_the_guard_that_is_no_question_is_heard_as_one() -> None:
    for language in (Language.NL, Language.EN):
        texts = GUARD.texts(language, HERE)
        for key in texts.keys(""):
            if key.startswith(("question.", "check_back.", "follow_up.")):
                continue
            for wording in texts.all(key):
                memory = GUARD.heard(Message("assistant", wording, NOON, "a"), Memory())
                assert not memory.question_open, key


# -- turn 30 is guarded like turn 1 --------------------------------------------------------------------------


@FEW
@given(calm, st.sampled_from(probes()))
def test_a_message_reads_the_same_or_higher_late_in_a_conversation(before: list[str], text: str) -> None:
    alone, _ = hear(text)
    late, _ = hear(*before, text)
    if alone.ground is Ground.SAID:
        assert late.level >= alone.level
        assert late.kinds[0] == alone.kinds[0]


@pytest.mark.parametrize("turn", [1, 10, 30])
@pytest.mark.parametrize("danger", SAID)
def test_danger_is_danger_at_turn_one_ten_and_thirty(danger: str, turn: int) -> None:
    first, _ = hear(danger)
    reading, memory = hear(*[CALM[n % len(CALM)] for n in range(turn - 1)], danger)
    plan = GUARD.plan(reading, memory, Session(), HERE, NOON)
    assert reading.level >= first.level >= Level.ELEVATED
    assert plan.lead == "guided"
    assert any(part.card for part in plan.closing)
    assert any(part.kind == "question" for part in plan.closing)


# -- doors -----------------------------------------------------------------------------------------------


def open_doors(card: Card, country: Country, at: datetime) -> bool:
    """At most two, all of this country, all open at that hour, and one of them a number."""
    records = {record.id: record for record in GUARD.directory.records}
    found = [records[door.id] for door in card.doors]
    right = all(record.country is country and record.is_open(at) and record.usable(at.date()) for record in found)
    return right and 1 <= len(found) <= 2 and any(record.number for record in found)


@pytest.mark.parametrize("country", list(Country))
@pytest.mark.parametrize("language", [Language.NL, Language.EN])
def test_every_card_has_open_doors_of_the_country_at_every_hour(country: Country, language: Language) -> None:
    texts = GUARD.texts(language, HERE)
    needs = [
        Need(kind, level, door, country=country, other=other, minor=minor)
        for kind in Kind
        for level, door in ((Level.ELEVATED, None), (Level.IMMINENT, Door.SOON), (Level.IMMINENT, Door.NOW))
        for other in (False, True)
        for minor in (False, True)
    ]
    for hour in range(7 * 24):
        at = NOON.replace(hour=0) + timedelta(hours=hour)
        wrong = [need for need in needs if not open_doors(card_for(GUARD.directory, texts, need, at), country, at)]
        assert wrong == [], at
        for need in needs:
            if need.door is Door.NOW:
                assert card_for(GUARD.directory, texts, need, at).doors[0].role == "emergency"


@pytest.mark.parametrize("country", list(Country))
def test_past_its_date_a_list_still_shows_the_emergency_number(country: Country) -> None:
    later = NOON + timedelta(days=3650)
    for kind in Kind:
        need = Need(kind, Level.ELEVATED, country=country)
        card = card_for(GUARD.directory, GUARD.texts(Language.NL, HERE), need, later)
        assert [door.role for door in card.doors] == ["emergency"]


# -- plans -------------------------------------------------------------------------------------------------


@FEW
@given(transcripts(), st.sampled_from(list(Country)), st.floats(0, 200), st.booleans())
def test_a_plan_keeps_to_its_rules(
    messages: tuple[Message, ...], country: Country, minutes: float, resting: bool
) -> None:
    memory, here = Memory(), GuardSettings(country=country)
    clock = Session(minutes=minutes, minutes_today=minutes, resting=resting)
    for message in messages:
        if message.role == "assistant":
            memory = GUARD.heard(message, memory)
            continue
        reading, memory = GUARD.read(message, memory, message.at, here)
        plan = GUARD.plan(reading, memory, clock, here, message.at)
        kinds = [part.kind for part in (*plan.opening, *plan.closing)]
        if memory.replies == 0:
            assert "disclosure" in kinds, "the first reply of a conversation says what it is"
        if reading.level >= Level.ELEVATED:
            assert plan.lead != "model", "in danger the model is not asked"
            assert "card" in kinds
        if reading.level >= Level.CONCERN:
            assert "rest" not in kinds, "no rest in danger"
        assert kinds.count("question") + kinds.count("check_back") <= 1
        if "question" in kinds:
            assert not plan.may_ask
        for part in plan.closing:
            assert part.card is None or open_doors(part.card, country, message.at)
