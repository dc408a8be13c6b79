"""The tools as pure values: every thing a person wrote stays, nothing is added, both languages are the same tool."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.tools.paper import PART, answer, from_body, items, rows_shown, things, to_body, with_answer, words_of, written
from app.tools.sheet import markdown, plain_text, sheet
from app.tools.tool import ORDER, Tool, ToolsError, fitting_tool, load_tools
from guardrails.values import Language

HOME = Path(__file__).parents[2]
TOOLS = load_tools(HOME)
NL = TOOLS[Language.NL]
ORDERING = NL["order_thoughts"]
LINES = st.lists(st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=12), max_size=90)
BOTH = [pytest.param(tool, id=f"{lang}-{tool.name}") for lang in TOOLS for tool in TOOLS[lang].values()]


def texts(tool: Tool) -> list[str]:
    steps = [t for s in tool.steps for t in (s.title, s.hint, *s.lines, *(w.text for w in s.words)) if t]
    return [tool.title, tool.when, tool.closing, tool.person, *steps]


def walked(tool: Tool, forms: dict[str, dict[str, str]]) -> dict[str, object]:
    answers: dict[str, object] = {}
    for step in tool.steps:
        answers = dict(with_answer(answers, step, answer(step, forms.get(step.id, {}), answers)))  # type: ignore[arg-type]
    return answers


@given(LINES, st.data())
def test_the_piles_hold_every_thing_once_and_nothing_else(lines: list[str], data: st.DataObject) -> None:
    dump, piles = ORDERING.steps[:2]
    answers = dict(with_answer({}, dump, "\n".join(lines)))
    for part in range(len(lines) // PART + 1):
        choice = st.sampled_from(["", *(word.id for word in piles.words)])
        form = {f"pile-{n}": data.draw(choice) for n in range(part * PART, min(len(lines), (part + 1) * PART))}
        answers = dict(with_answer(answers, piles, answer(piles, form, answers, part=part)))
    shown = rows_shown(piles, answers)
    assert [row[0] for row in shown] == list(items("\n".join(lines)))
    found = next(s for s in sheet(ORDERING, answers, "?") if s.step is piles)
    sorted_lines = [line for group in found.groups for line in group.lines]
    assert sorted_lines == [] or sorted(sorted_lines) == sorted(items("\n".join(lines)))


@given(LINES)
def test_a_paper_comes_back_from_the_store_as_it_was(lines: list[str]) -> None:
    answers = walked(NL["decision_aid"], {"options": {"text": "\n".join(lines)}, "weigh": {"for-0": "rust"}})
    assert from_body(to_body(answers)) == answers  # type: ignore[arg-type]


def test_what_is_no_paper_is_an_empty_one() -> None:
    assert [dict(from_body(body)) for body in ("", "{}", "[]", "null", '{"answers": {}}')] == [{}] * 5


def test_a_pile_stays_with_its_thing_when_the_list_changes() -> None:
    dump, piles = ORDERING.steps[:2]
    answers = dict(with_answer({}, dump, "was\nmoe\nbellen"))
    answers = dict(with_answer(answers, piles, answer(piles, {"pile-1": "feeling", "pile-2": "task"}, answers)))
    answers = dict(with_answer(answers, dump, "bellen\nnieuw\nmoe"))
    assert rows_shown(piles, answers) == (("bellen", "task"), ("nieuw", ""), ("moe", "feeling"))


def test_the_chosen_thing_stays_when_its_line_is_gone() -> None:
    dump, one = ORDERING.steps[0], ORDERING.steps[3]
    answers = dict(with_answer({}, dump, "was\nmoe"))
    answers = dict(with_answer(answers, one, answer(one, {"choice": "item-1"}, answers)))
    assert answers["one"] == (("item", "moe"),)
    answers = dict(with_answer(answers, dump, "was"))
    assert answer(one, {"choice": "kept"}, answers) == (("item", "moe"),)
    assert answer(one, {"choice": "option-rest"}, answers) == (("option", "rest"),)
    assert answer(one, {"choice": "item-99"}, answers) == ()


def test_rows_of_ones_own_grow_and_empty_ones_fall_out() -> None:
    people = NL["safety_plan"].step("people")
    assert people
    had = answer(people, {"name-0": "Sam", "number-0": "06", "name-2": "Noor"}, {})
    assert had == (("Sam", "06"), ("Noor", ""))
    assert len(rows_shown(people, {"people": had})) == 4


def test_the_guard_reads_the_persons_words_and_not_ours() -> None:
    answers = walked(
        NL["decision_aid"], {"options": {"text": "blijven\ngaan"}, "weigh": {"for-0": "rust", "against-1": "angst"}}
    )
    assert words_of(NL["decision_aid"], "weigh", answers["weigh"]) == "rust\nangst"  # type: ignore[arg-type]
    assert words_of(ORDERING, "piles", (("was", "task"),)) == ""
    assert "blijven" in written(answers)  # type: ignore[arg-type]


def test_a_file_holds_every_word_and_the_source() -> None:
    answers = walked(
        NL["safety_plan"],
        {
            "signals": {"text": "niet slapen\nstil"},
            "people": {"name-0": "Sam", "number-0": "06 1"},
            "care": {"gp-0": "020 1"},
        },
    )
    text = markdown(NL["safety_plan"], sheet(NL["safety_plan"], answers, "?"), ("bron",))  # type: ignore[arg-type]
    assert all(part in text for part in ("# Mijn veiligheidsplan", "- niet slapen", "- stil", "Sam · 06 1", "bron"))
    assert "Huisarts: 020 1" in text


def test_over_mij_is_there_as_short_lines_for_later() -> None:
    assert plain_text(NL["about_me"], {}) == ""
    said = plain_text(NL["about_me"], {"not": "tips\nhaast"})
    assert said == "Wat helpt niet?: tips; haast"


def test_a_need_or_topic_leads_to_one_tool_and_an_unknown_one_to_none() -> None:
    fits = [topic for tool in NL.values() for topic in tool.fits]
    assert len(fits) == len(set(fits))
    assert fitting_tool(NL, "order") == "order_thoughts"
    assert fitting_tool(NL, "piekeren") == "worry_time"
    assert fitting_tool(NL, "iets") is None


def test_every_fit_is_a_need_or_topic_that_the_guided_conversation_knows() -> None:
    folder = HOME / "prompts" / "nl" / "guided"
    known = {
        id
        for name in ("needs", "topics")
        for id in re.findall(r'^id = "(.+)"$', (folder / f"{name}.toml").read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert {topic for tool in NL.values() for topic in tool.fits} - known == set()


def test_steps_that_use_things_come_after_the_list_they_use() -> None:
    for tool in NL.values():
        for place, step in enumerate(tool.steps):
            assert step.of in ("", "conversation", *(s.id for s in tool.steps[:place] if s.kind == "list"))
            assert things(step, {}) == ()


@pytest.mark.parametrize("tool", BOTH)
def test_the_words_are_plain_and_fill_in_nothing(tool: Tool) -> None:
    for text in texts(tool):
        assert "!" not in text and "—" not in text, text
        for sentence in re.split(r"(?<=[.?:])\s+", text):
            assert len(sentence.split()) <= 15, sentence
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", tool.source_date)
    assert not re.search(r"score|procent|percent|\b\d+%|0 tot 10|0 to 10", " ".join(texts(tool)), re.IGNORECASE)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_file_says_who_when_and_that_it_is_a_concept(language: str) -> None:
    paths = sorted((HOME / "prompts" / language / "tools").glob("*.toml"))
    assert {path.stem for path in paths} == set(ORDER)
    for path in paths:
        head = path.read_text(encoding="utf-8")
        assert re.search(r'^owner = ".+"\ndate = "\d{4}-\d\d-\d\d"\nstatus = "concept"$', head, re.MULTILINE), path


def test_a_tool_that_differs_between_the_languages_is_refused(tmp_path: Path) -> None:
    for language in ("nl", "en"):
        folder = tmp_path / "prompts" / language / "tools"
        folder.mkdir(parents=True)
        for name in ORDER:
            text = (HOME / "prompts" / language / "tools" / f"{name}.toml").read_text(encoding="utf-8")
            changed = text.replace('id = "dump"', 'id = "other"') if language == "en" else text
            (folder / f"{name}.toml").write_text(changed, encoding="utf-8")
    with pytest.raises(ToolsError, match=r"order_thoughts\.toml"):
        load_tools(tmp_path)
