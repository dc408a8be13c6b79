"""Every reviewed phrase family fires on its own `fires` and keeps silent on its own `silent`, whatever files exist."""

import tomllib
from functools import cache
from pathlib import Path

import pytest

from guardrails.risk.families import Family, load_families
from guardrails.risk.read import RiskReader, load_risk
from guardrails.values import Kind

HOME = Path(__file__).parents[2]
FOLDER = HOME / "guardrails" / "risk" / "families"
FILES = sorted(FOLDER.glob("*.toml"))
LANGUAGES = ("nl", "en")
FAMILIES = load_families(FOLDER).rows
EVERY_FAMILY = pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.id)
EVERY_FILE = pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)


@cache
def the_reader() -> RiskReader:
    return load_risk(HOME)


def rules(text: str) -> set[str]:
    found = the_reader().read(text)
    return {signal.rule for signal in found.signals} | set(found.weak_rules)


@EVERY_FAMILY
def test_a_family_fires_on_what_it_must_catch(family: Family) -> None:
    assert [text for text in family.fires if family.id not in rules(text)] == []


@EVERY_FAMILY
def test_a_family_is_silent_on_what_only_looks_like_it(family: Family) -> None:
    assert [text for text in family.silent if family.id in rules(text)] == []


@EVERY_FILE
def test_a_file_says_who_owns_it_since_when_and_how_far_it_is(path: Path) -> None:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    assert [key for key in ("owner", "date", "status") if not str(data.get(key, "")).strip()] == []


@EVERY_FILE
def test_a_file_is_named_after_its_kind_and_language(path: Path) -> None:
    parts = path.name.split(".")
    assert parts[0] == "shared" or (parts[0] in set(Kind) and parts[1] in LANGUAGES and len(parts) == 3)


def test_no_two_families_have_one_id() -> None:
    ids = [row["id"] for path in FILES for row in tomllib.loads(path.read_text(encoding="utf-8")).get("family", [])]
    assert len(ids) == len(set(ids)) == len(FAMILIES)


def test_no_two_files_name_a_group_or_cue_alike() -> None:
    names = [
        (table, name)
        for path in FILES
        for table in ("groups", "cues")
        for name in tomllib.loads(path.read_text(encoding="utf-8")).get(table, {})
    ]
    assert len(names) == len(set(names))
