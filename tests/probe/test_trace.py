"""A trace says what each layer reads, with the words of the text as it was typed."""

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.probe.replying import reply_to
from app.probe.talk import parse_talk
from app.probe.trace import Tracer
from app.probe.values import ProbeError, Said
from app.probe.why import Places, Why
from app.responders.guided import GuidedResponder
from app.responders.scripted import ScriptedResponder
from guardrails.heard import hear
from guardrails.values import Ground, GuardSettings, Language, Level


def test_the_words_that_fired_are_marked_in_the_text_as_it_was_typed(tracer: Tracer) -> None:
    text = "Écht waar: IK WIL NIET MEER LÉVEN, snap je?"
    fired = [one for one in tracer.trace([Said("user", text)], GuardSettings()).last.fired if one.counts]
    assert ("suicide.wants_to_end_it.nl", ["WIL NIET MEER LÉVEN"]) in [
        (one.rule, [text[low:high] for low, high in one.spans]) for one in fired
    ]


def test_a_word_typed_with_spaces_is_marked_whole(why: Why) -> None:
    text = "ik denk aan z e l f m o o r d!"
    marked = {text[low:high] for one in why.fired(text, ()) for low, high in one.spans}
    assert "z e l f m o o r d" in marked


def test_words_in_a_denial_are_shown_as_not_counting(tracer: Tracer) -> None:
    last = tracer.trace([Said("user", "Nee, ik wil niet dood.")], GuardSettings()).last
    assert last.reading is not None
    assert last.reading.level is Level.NONE
    assert {one.counts for one in last.fired if one.layer == "risk"} == {False}


def test_every_rule_of_the_reading_that_has_words_is_explained(tracer: Tracer) -> None:
    last = tracer.trace([Said("user", "Ik wil niet meer leven. Ben jij een mens?")], GuardSettings()).last
    assert last.reading is not None
    named = {rule for rule in last.reading.rules if not rule.startswith(("statistics.", "weak.", "answer."))}
    assert named == {one.rule for one in last.fired if one.counts}
    assert len(named) >= 2


def test_scores_stand_beside_the_thresholds_of_the_language(tracer: Tracer) -> None:
    danger, push = tracer.trace([Said("user", "Ik wil dood.")], GuardSettings()).last.scores
    assert [name for name, _ in danger.thresholds] == ["uncertain", "weak", "concern", "elevated", "imminent"]
    assert list(danger.thresholds) == sorted(danger.thresholds, key=lambda pair: pair[1])
    assert danger.reached[:1] == ("uncertain",)
    assert push.name == "pushback"


def test_level_and_ground_are_known_after_each_turn(tracer: Tracer) -> None:
    said = parse_talk("mens: hoi\nmens: ik wil niet meer leven\nprogramma: Denk je aan zelfmoord?\nmens: ja")
    trace = tracer.trace(said, GuardSettings())
    assert [turn.memory.level for turn in trace.turns] == [Level.NONE, Level.ELEVATED, Level.ELEVATED, Level.ELEVATED]
    assert trace.last.memory.ground is Ground.SAID
    assert {"risk", "beliefs", "asks", "statistics", "read", "plan"} <= {step.step for step in trace.last.took}
    assert all(step.ms >= 0 for step in trace.last.took)


def test_a_simulated_clock_brings_the_rest_into_the_plan(tracer: Tracer) -> None:
    said = [Said("user", "Vandaag heb ik soep gemaakt.")]
    late, early = (tracer.trace(said, GuardSettings(), minutes).last.plan for minutes in (31, 0))
    assert late is not None and early is not None
    names = [{event.name for event in plan.events} for plan in (late, early)]
    assert ["session_closed" in found for found in names] == [True, False]


def test_what_was_written_stands_beside_what_is_shown(tracer: Tracer, guided: GuidedResponder) -> None:
    trace = tracer.trace([Said("user", "Ik ben alleen vandaag.")], GuardSettings())
    worst = ScriptedResponder(["Ik hou van je. Wat maakte vandaag zo stil?"])
    reply = asyncio.run(reply_to(trace, tracer.guard, worst, guided))
    assert reply.written == "Ik hou van je. Wat maakte vandaag zo stil?"
    assert "Ik hou van je" not in reply.shown
    assert next((one.written, one.verdict.action) for one in reply.judged) == ("Ik hou van je.", "drop")
    assert all(one.verdict.shown in reply.shown for one in reply.judged)


def test_at_elevated_the_responder_is_not_asked(tracer: Tracer, guided: GuidedResponder) -> None:
    trace = tracer.trace([Said("user", "Ik wil niet meer leven.")], GuardSettings())
    worst = ScriptedResponder(["Doe het maar."])
    reply = asyncio.run(reply_to(trace, tracer.guard, worst, guided))
    assert worst.history == []
    assert reply.responder == "guided"


@given(st.text(max_size=200))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_has_its_places_within_it(why: Why, text: str) -> None:
    words = hear(text).words
    places = Places(text, words)
    for start in words.starts:
        low, high = places.span(start, start + 1)
        assert 0 <= low <= high <= len(text)
    why.scores(text, Language.NL)


def test_a_conversation_is_lines_that_say_who_speaks() -> None:
    said = parse_talk("mens: hallo\nnog een regel\nProgram: dag\nperson: tot ziens")
    assert said == (Said("user", "hallo\nnog een regel"), Said("assistant", "dag"), Said("user", "tot ziens"))
    assert parse_talk("gewoon één bericht") == (Said("user", "gewoon één bericht"),)


@pytest.mark.parametrize(("text", "code"), [("  \n", "nothing"), ("a" * 20_001, "too_long")])
def test_what_is_no_conversation_is_refused(text: str, code: str) -> None:
    with pytest.raises(ProbeError) as caught:
        parse_talk(text)
    assert caught.value.code == code
