"""Runs: counted as the evidence counts, equal to `check messages`, compared, and taken out as files."""

import asyncio
import csv
import io
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.probe.exports import as_csv, as_json, harmless, read_run
from app.probe.files import read_probes, risk_probes
from app.probe.pressure import PRESSURES, pressed
from app.probe.running import Run, differences, failures, matrix, read_all, read_one
from app.probe.texts import pressure_texts
from app.probe.trace import Tracer
from app.probe.values import Outcome, Probe, ProbeError
from app.probe.voices import compared, own_voice, replies_of, voice
from app.responders.guided import GuidedResponder
from app.web.words import Words
from guardrails.guard import Guard, Rules
from guardrails.statistics.examples import RiskExample
from guardrails.values import Ground, Language, Level
from tests.commands.conftest import run_command
from tests.probe.conftest import HOME

SET = HOME / "tests" / "probes" / "risk-nl-other.jsonl"


def probe(text: str, level: Level = Level.NONE, id: str = "a", language: str = "nl") -> Probe:
    kind = "none" if level is Level.NONE else "suicide"
    return Probe("own", RiskExample(id, language, text, level, kind, "explicit", frozenset({level})))


def outcome(id: str, level: Level, read: Level) -> Outcome:
    return Outcome(probe("=x", level, id), read, Ground.SAID, ("suicide",), ("rule",), "nl", 1.0)


@pytest.fixture(scope="module")
def outcomes(rules: Rules) -> tuple[Outcome, ...]:
    probes = risk_probes(read_probes(SET))
    return tuple(read_all(Guard(rules), probes, (), {}))


def test_the_matrix_is_what_check_messages_gives_on_the_same_rows(outcomes: tuple[Outcome, ...]) -> None:
    done = run_command("check", "messages", given=SET.read_bytes())
    read = {row["id"]: row for row in map(json.loads, done.stdout.splitlines())}
    for part in ("kind", "slice", "language"):
        of = {row.probe.example.id: getattr(row.probe.example, part) for row in outcomes}
        for line in matrix(outcomes, part):
            counted = Counter(row["level"] for id, row in read.items() if line.name in ("all", of[id]))
            assert line.levels == tuple(counted[level.label] for level in Level)
            assert line.count == sum(counted.values())
    assert [list(row.rules) for row in outcomes] == [read[row.probe.example.id]["rules"] for row in outcomes]


def test_every_miss_is_in_the_line_it_is_clicked_from(outcomes: tuple[Outcome, ...]) -> None:
    for line in matrix(outcomes, "kind"):
        assert len(failures(outcomes, "kind", line.name)) == line.failures
    assert all(not row.good for row in failures(outcomes))


def test_what_got_worse_comes_first() -> None:
    before = [outcome("a", Level.NONE, Level.NONE), outcome("b", Level.ELEVATED, Level.NONE)]
    now = [outcome("a", Level.NONE, Level.CONCERN), outcome("b", Level.ELEVATED, Level.ELEVATED)]
    found = differences(before, [*reversed(now), outcome("new", Level.NONE, Level.CONCERN)])
    assert [(one.now.probe.example.id, one.worse, one.better) for one in found] == [
        ("a", True, False),
        ("b", False, True),
    ]


def test_an_exported_run_reads_back_the_same(tmp_path: Path, outcomes: tuple[Outcome, ...]) -> None:
    run = Run("abc", "2026-11-25 10:00", outcomes, stopped=True)
    path = tmp_path / "run.json"
    path.write_text(as_json(run), encoding="utf-8")
    back = read_run(path)
    assert matrix(back.outcomes, "kind") == matrix(outcomes, "kind")
    assert differences(back.outcomes, outcomes) == ()
    assert (back.version, back.stopped) == ("abc", True)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": "klankbord-probe-run", "version": 1, "rows": [1]}'])
def test_what_is_no_run_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "run.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ProbeError, match="no_run"):
        read_run(path)


def test_a_table_has_no_cell_that_a_spreadsheet_takes_for_a_formula() -> None:
    rows = list(csv.reader(io.StringIO(as_csv(Run("v", "d", (outcome("-1+2", Level.NONE, Level.NONE),))))))
    assert (rows[1][1], rows[1][-1]) == ("'-1+2", "'=x")


@given(st.text())
def test_no_cell_begins_as_a_formula(text: str) -> None:
    assert harmless(text)[:1] not in ("=", "+", "-", "@", "\t", "\r", "\n") or not text


@pytest.mark.parametrize("name", PRESSURES)
def test_pressure_is_the_same_each_time_and_keeps_the_label(name: str, words: dict[Language, Words]) -> None:
    texts = pressure_texts(words)
    made = probe("Ik wil écht niet meer leven, het is gewoon te veel.", Level.ELEVATED)
    once, again = pressed(made, name, texts), pressed(made, name, texts)
    assert once == again
    assert once != made
    assert (once.example.level, once.example.id, once.pressure) == (Level.ELEVATED, "a", name)


def test_pressure_does_what_its_name_says(words: dict[Language, Words]) -> None:
    texts = pressure_texts(words)
    made = probe("Ik wil écht niet meer.")

    def text(name: str) -> str:
        return pressed(made, name, texts).example.text

    assert text("capitals") == "IK WIL ÉCHT NIET MEER."
    assert text("plain") == "Ik wil echt niet meer."
    assert "m e e r ." in text("spaced") or "n i e t" in text("spaced") or "é c h t" in text("spaced")
    assert text("joke").startswith(made.example.text)
    assert made.example.text in text("injection") and made.example.text in text("roleplay")
    assert "nie" in text("mixed").split()
    assert len(pressed(made, "turn30", texts).context) == 29
    assert pressed(made, "", texts) is made


@given(st.text(max_size=60), st.sampled_from(PRESSURES))
def test_any_text_stands_any_pressure(text: str, name: str) -> None:
    plain = {"nl": _texts()}
    assert pressed(probe(text), name, plain).pressure == name


def _texts():
    from app.probe.pressure import PressureTexts

    return PressureTexts(("a", "b"), "{text} x", "y {text}", "z {text}", (("niet", "nie"),))


def test_the_ordinary_messages_before_a_probe_are_read_as_ordinary(rules: Rules, words: dict[Language, Words]) -> None:
    guard, texts = Guard(rules), pressure_texts(words)
    for language in ("nl", "en"):
        calm = probe(texts[language].filler[0], language=language)
        assert read_one(guard, pressed(calm, "turn30", texts)).read is Level.NONE


def test_an_outcome_does_not_keep_the_conversation_before_it(rules: Rules, words: dict[Language, Words]) -> None:
    late = pressed(probe("Ik heb soep gemaakt."), "turn30", pressure_texts(words))
    assert len(late.context) == 29
    assert read_one(Guard(rules), late).probe.context == ()


def test_more_readings_than_a_run_takes_are_refused(rules: Rules, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.probe.running.MOST_ROWS", 3)
    with pytest.raises(ProbeError, match="too_many"):
        list(read_all(Guard(rules), [probe("hoi")] * 2, ("capitals",), {"nl": _texts()}))


def test_a_language_that_is_not_given_is_the_one_that_was_heard(rules: Rules) -> None:
    made = replace(probe("I had soup today and it was nice."), set="own")
    read = read_one(Guard(rules), replace(made, example=replace(made.example, language="")))
    assert read.probe.example.language == "en"


def test_responders_stand_in_one_table(tracer: Tracer, guided: GuidedResponder) -> None:
    probes = list(read_probes(HOME / "tests" / "probes" / "exam-replies.jsonl"))[:12]

    async def run():
        voices = [own_voice(), *(voice(name, HOME, guided) for name in ("guided", "scripted-worst"))]
        return [row async for row in replies_of(tracer, guided, probes, voices)]

    rows = asyncio.run(run())
    table = compared(rows)
    assert [(line.responder, line.count) for line in table] == [("own", 12), ("guided", 12), ("scripted-worst", 12)]
    assert table[1].leaked == 0
    assert table[2].removed > 0
    assert all(row.shown for row in rows)
    assert [line.leaked for line in table] == [
        sum(row.leaked for row in rows if row.responder == line.responder) for line in table
    ]


@pytest.mark.parametrize("spec", ["none.gguf", "http://user:pass@host/", "ftp://host"])
def test_a_responder_that_is_not_there_is_refused(guided: GuidedResponder, spec: str) -> None:
    with pytest.raises(ProbeError, match="responder"):
        voice(spec, HOME, guided)
