"""The figures as data: what changed in the guard's content is noted once, the newest first."""

import json
from pathlib import Path

from app.evidence.figures import as_text, figures, read_figures
from app.evidence.probes import BeliefRow, ReplyRow, RiskRow, TalkRow
from app.evidence.report import Evidence
from guardrails.referral import load_directory
from guardrails.statistics.examples import BeliefExample, ReplyExample, RiskExample
from guardrails.values import Level

HOME = Path(__file__).parents[2]


def risk(language: str, level: Level, read: Level) -> RiskRow:
    probe = RiskExample("a", language, "x", level, "suicide", "explicit", frozenset({level}))
    return RiskRow("set", probe, read, "suicide", ())


def found(version: str = "v1") -> Evidence:
    rows = [risk("nl", Level.ELEVATED, Level.IMMINENT), risk("nl", Level.ELEVATED, Level.NONE)]
    rows += [risk("en", Level.NONE, Level.NONE)]
    return Evidence(
        version,
        "2026-11-25",
        {1: rows, 30: rows},
        [BeliefRow("set", BeliefExample("a", "nl", "x", True, "burden"), True, ("burden",))],
        [ReplyRow("set", ReplyExample("a", "nl", "x", "y", ("flattery",)), True, ("flattery",), 0)],
        [TalkRow("nl", "ordinary", False, True), TalkRow("en", "look-alikes too", True, True)],
    )


def tree(folder: Path, text: str) -> Path:
    for place in ("guardrails/risk", "prompts/nl"):
        (folder / place).mkdir(parents=True, exist_ok=True)
        (folder / place / "a.toml").write_text(text if place == "prompts/nl" else "", encoding="utf-8")
    return folder


def test_counts_come_with_their_interval_and_without_any_text() -> None:
    data = figures(found(), HOME, load_directory(HOME), None)
    assert data["danger"]["nl"]["seen"][:2] == [1, 2]
    assert data["danger"]["en"]["false_alarm"][:2] == [0, 1]
    assert data["danger"]["nl"]["seen"][2] < 0.5 < data["danger"]["nl"]["seen"][3]
    assert data["talks"] == {"nl": {"card": data["talks"]["nl"]["card"], "question": data["talks"]["nl"]["question"]}}
    assert {row["country"] for row in data["helplines"]} >= {"NL", "BE"}
    assert json.loads(as_text(data)) == data


def test_a_change_of_content_is_noted_with_its_part(tmp_path: Path) -> None:
    directory = load_directory(HOME)
    first = figures(found("v1"), tree(tmp_path, "a"), directory, None)
    same = figures(found("v1"), tmp_path, directory, first)
    changed = figures(found("v2"), tree(tmp_path, "b"), directory, same)
    assert same["changes"] == first["changes"]
    assert [(row["content"], row["parts"]) for row in changed["changes"]] == [("v2", ["texts"]), ("v1", [])]


def test_what_is_no_such_file_counts_as_nothing_before(tmp_path: Path) -> None:
    path = tmp_path / "evidence.json"
    for content in ("", "[]", '{"format": "other"}'):
        path.write_text(content, encoding="utf-8")
        assert read_figures(path) is None
    assert read_figures(tmp_path / "none.json") is None
