"""Every text of the guided conversation: reviewed by the same review as a model's, and complete in both languages."""

import re
from collections import Counter

import pytest

from app.responders.guided.data import GuidedData, load_guided
from guardrails.guard import Guard
from guardrails.humanness.review import ReplyState, ReviewContext
from guardrails.humanness.shaping import count_words, key, wrong_language
from guardrails.humanness.whole import human_route
from guardrails.normalise import normalise
from guardrails.phrases import split_words
from guardrails.sentences import plain, sentences
from guardrails.values import Country, GuardSettings, Kind, Language, Level, Plan, Reading
from tests.responders.guided.conftest import HOME

DUTCH, ENGLISH = load_guided(HOME, Language.NL), load_guided(HOME, Language.EN)
FIELDS = {
    "words": "de fiets",
    "person": "je zus",
    "answers": "‘de fiets’",
    "last": "je bent moe",
    "items": "was; afwas",
}
STATES = ("elevated", "soon", "now", "safe")
CALM = {Language.NL: "Mijn baas was boos vandaag.", Language.EN: "My boss was angry today."}  # what is answered
LONGEST = 15  # words, as the rules of plain language have it
_GAPS = re.compile(r"\{(\w+)\}")
_LOOSE = ("echo", "both", "offered_by_guard")  # pieces of sentences


def texts(data: GuidedData) -> list[tuple[str, str]]:
    return [(place, text) for place, text in data.texts() if place not in _LOOSE]


def fixed(place: str, text: str) -> str:
    """A text with its gaps filled; a number is that of a door, except where things are counted."""
    return _GAPS.sub(lambda m: {**FIELDS, "number": "3" if place == "order.list" else "113"}[m.group(1)], text)


def state(place: str) -> tuple[Level, tuple[Kind, ...]]:
    """The danger in which a line is said."""
    parts = place.split(".")
    if parts[0] not in ("crisis", "concern"):
        return Level.NONE, ()
    kind = Kind(parts[1]) if parts[1] in set(Kind) else Kind.SUICIDE
    if parts[0] == "concern":
        return Level.CONCERN, (kind,)
    return (Level.IMMINENT if parts[-1] in ("soon", "now") else Level.ELEVATED), (kind,)


@pytest.mark.parametrize("data", [DUTCH, ENGLISH], ids=["nl", "en"])
def test_the_review_finds_nothing_in_any_text(guard: Guard, data: GuidedData) -> None:
    found: list[str] = []
    for place, text in texts(data):
        level, kinds = state(place)
        reading = Reading(data.language, level, level, kinds=kinds)
        plan = Plan(data.language, "guided", level=level, kinds=kinds, max_words=150)
        context = ReviewContext(CALM[data.language], reading, plan, Country.NL, language=data.language)
        review = ReplyState()
        for sentence in sentences(fixed(place, text)):
            verdict, review = guard.reviewer.sentence(plain(sentence), review, context)
            found += [f"{place}: {sentence} {verdict.kinds}"] if verdict.kinds else []
    assert not found, "\n".join(found)


def test_both_languages_have_the_same_entries_and_lines() -> None:
    for table, entries in DUTCH.tables.items():
        others = ENGLISH.tables[table]
        assert list(entries) == list(others)
        for name, entry in entries.items():
            other = others[name]
            assert (len(entry.says), len(entry.asks)) == (len(other.says), len(other.asks)), (table, name)
            assert (entry.offers, entry.flow, entry.max_words) == (other.offers, other.flow, other.max_words), name
            assert (entry.first, entry.whole, entry.broad) == (other.first, other.whole, other.broad), (table, name)
    assert DUTCH.lines.keys() == ENGLISH.lines.keys()
    loose = {"offered_by_guard"}
    assert {p: len(t) for p, t in DUTCH.lines.items() if p not in loose} == {
        p: len(t) for p, t in ENGLISH.lines.items() if p not in loose
    }


@pytest.mark.parametrize("data", [DUTCH, ENGLISH], ids=["nl", "en"])
def test_every_topic_has_enough_to_say_and_to_ask(data: GuidedData) -> None:
    topics = data.tables["topic"].values()
    assert len(topics) >= 31
    assert all(6 <= len(topic.says) <= 10 and 8 <= len(topic.asks) <= 13 for topic in topics)


@pytest.mark.parametrize("data", [DUTCH, ENGLISH], ids=["nl", "en"])
def test_a_question_asks_one_thing_and_a_statement_nothing(data: GuidedData) -> None:
    for table, entries in data.tables.items():
        for name, entry in entries.items():
            assert all(text.count("?") == 1 and text.endswith("?") for text in entry.asks), (table, name)
            assert not any("?" in text for text in entry.says), (table, name)


@pytest.mark.parametrize("data", [DUTCH, ENGLISH], ids=["nl", "en"])
def test_no_text_speaks_of_itself_as_someone(data: GuidedData) -> None:
    for place, text in texts(data):
        assert not re.search(r"\b(ik|mijn|I|my|wij|we|ons)\b", re.sub(r"‘.*?’", "", text)), (place, text)


@pytest.mark.parametrize("data", [DUTCH, ENGLISH], ids=["nl", "en"])
def test_every_text_is_plain_and_in_its_own_language(data: GuidedData) -> None:
    for place, text in texts(data):
        assert not wrong_language(text, data.language), (place, text)
        if place not in ("need.program", "need.medicine_facts", "need.call_for_me"):
            longest = max(count_words(part) for part in sentences(text))
            assert longest <= LONGEST + 5, (place, text)
        assert "!" not in text and "—" not in text, (place, text)


@pytest.mark.parametrize("data", [DUTCH, ENGLISH], ids=["nl", "en"])
def test_crisis_lines_are_short_and_lead_to_a_person(guard: Guard, data: GuidedData) -> None:
    lines = {p: t for p, t in data.lines.items() if p.startswith("crisis.") and p not in ("crisis.leads",)}
    for place, texts_ in lines.items():
        for text in texts_:
            level, _ = state(place)
            assert count_words(text) <= 25, (place, text)
            assert human_route(fixed(place, text), level, guard.reviewer._helplines), (place, text)


@pytest.mark.parametrize("data", [DUTCH, ENGLISH], ids=["nl", "en"])
def test_every_danger_has_a_line_at_every_step(data: GuidedData) -> None:
    for kind in (*(kind.value for kind in Kind), "other"):
        assert all(data.lines[f"crisis.{kind}.{step}"] for step in STATES), kind
        assert data.lines[f"concern.{kind}"], kind


@pytest.mark.parametrize("data", [DUTCH, ENGLISH], ids=["nl", "en"])
def test_a_step_is_known_by_its_own_sentences(data: GuidedData) -> None:
    """What was begun is read back from the last reply: no other text may hold a sentence of a step or an offer."""
    counted = Counter(key(part) for _, text in texts(data) for part in set(sentences(text)))
    steps = [t for p, lines in data.lines.items() if p.startswith(("flow.", "order.", "offer.")) for t in lines]
    fixed_parts = [part for text in steps for part in sentences(text) if "{" not in part]
    loose = [part for part in fixed_parts if counted[key(part)] > 1]
    assert not loose, loose


@pytest.mark.parametrize("data", [DUTCH, ENGLISH], ids=["nl", "en"])
def test_every_offer_and_flow_that_is_named_exists(data: GuidedData) -> None:
    for entries in data.tables.values():
        for entry in entries.values():
            assert all(f"offer.{name}" in data.lines for name in entry.offers), entry.id
            assert not entry.flow or entry.flow == "order" or f"flow.{entry.flow}" in data.lines, entry.id
    assert all(texts_[-1].endswith(".") for place, texts_ in data.lines.items() if place.startswith("flow."))


@pytest.mark.parametrize("data", [DUTCH, ENGLISH], ids=["nl", "en"])
def test_what_the_guard_offers_is_recognised(guard: Guard, data: GuidedData) -> None:
    spoken = guard.texts(data.language, GuardSettings())
    said = [text for name in spoken.keys("pushback.") for text in spoken.all(name)]
    assert all(any(piece in text for text in said) for piece in data.lines["offered_by_guard"])


@pytest.mark.parametrize("data", [DUTCH, ENGLISH], ids=["nl", "en"])
def test_every_pattern_can_be_read_and_says_nothing_of_everything(data: GuidedData) -> None:
    for book in (data.book, data.grammar.never, data.grammar.thought):
        book.warm()
    neutral = {Language.NL: "de lamp staat op de tafel", Language.EN: "the lamp is on the table"}[data.language]
    assert not list(data.book.find(split_words(normalise(neutral))))
