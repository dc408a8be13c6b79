"""Every belief has reviewed families in both languages, and each fires and stays silent on its own sentences."""

import tomllib
from collections import Counter
from pathlib import Path

import pytest

from guardrails.beliefs.read import LANGUAGES, BeliefReader, load_beliefs
from guardrails.beliefs.rulefile import Entry
from guardrails.values import Belief

HOME = Path(__file__).parents[2]
FAMILIES = HOME / "guardrails" / "beliefs" / "families"
FILES = [FAMILIES / f"{belief.value}.{language}.toml" for belief in Belief for language in LANGUAGES]
RULES = load_beliefs(HOME)
FEWEST_FAMILIES, MOST_FAMILIES = 3, 8
FEWEST_SENTENCES = 3


@pytest.fixture(scope="module")
def reader() -> BeliefReader:
    return BeliefReader(RULES)


@pytest.mark.parametrize("entry", RULES.families, ids=lambda entry: entry.id)
def test_family_fires_on_its_sentences(reader: BeliefReader, entry: Entry) -> None:
    missed = [text for text in entry.fires if entry.id not in reader.read(text).rules]

    assert not missed


@pytest.mark.parametrize("entry", RULES.families, ids=lambda entry: entry.id)
def test_family_is_silent_on_its_hard_contrasts(reader: BeliefReader, entry: Entry) -> None:
    alarms = [text for text in entry.silent if entry.id in reader.read(text).rules]

    assert not alarms


@pytest.mark.parametrize("entry", RULES.families, ids=lambda entry: entry.id)
def test_family_has_enough_sentences(entry: Entry) -> None:
    assert len(entry.fires) >= FEWEST_SENTENCES
    assert len(entry.silent) >= FEWEST_SENTENCES


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_file_says_who_reviewed_it_and_when(path: Path) -> None:
    data = tomllib.loads(path.read_text(encoding="utf-8"))

    assert {"owner", "date", "status"} <= data.keys()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_families_carry_the_belief_and_language_of_their_file(path: Path) -> None:
    belief, language = path.stem.split(".")
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["family"]

    assert FEWEST_FAMILIES <= len(rows) <= MOST_FAMILIES
    assert all(row["belief"] == belief and row["id"].startswith(f"{language}.{belief}.") for row in rows)


def test_family_ids_are_unique() -> None:
    counted = Counter(entry.id for entry in RULES.families)

    assert [name for name, count in counted.items() if count > 1] == []
