"""Finds beliefs and plans in one message that a reply must not simply confirm."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from guardrails.beliefs.rulefile import Entry, Rulebook, read_entries, read_groups
from guardrails.beliefs.statistics import BeliefStatistics
from guardrails.heard import Heard, hear
from guardrails.phrases import Words
from guardrails.statistics.features import Features
from guardrails.values import Belief

LANGUAGES = ("nl", "en")

NEED: tuple[Belief, ...] = (
    Belief.DELUSION_LIKE,
    Belief.STOP_MEDICATION,
    Belief.DEPENDENCE_ON_AI,
    Belief.STAYING_IN_VIOLENCE,
    Belief.REVENGE,
    Belief.EXTREME_DIETING,
    Belief.SUBSTANCE_COPING,
    Belief.QUIT_TREATMENT,
    Belief.RASH_LIFE_DECISION,
    Belief.ISOLATION,
    Belief.SEEKS_CONFIRMATION,
    Belief.SELF_DIAGNOSIS,
    Belief.CATASTROPHISING,
    Belief.FORTUNE_TELLING,
    Belief.BURDEN,
    Belief.PERSONALISATION,
    Belief.MIND_READING,
    Belief.EMOTIONAL_REASONING,
    Belief.ALL_OR_NOTHING,
    Belief.SHOULD_STATEMENT,
    Belief.ABSOLUTE_SELF_JUDGEMENT,
)
"""Most needed first (labels.md): a plan goes before the distortion that feeds it."""


@dataclass(frozen=True, slots=True)
class BeliefRules:
    """The reviewed rules of all languages: families of beliefs, controls that spare, signs of grief."""

    families: tuple[Entry, ...]
    controls: tuple[Entry, ...] = ()
    grief: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class BeliefFindings:
    """What one message holds: beliefs with the most needed first, and whether it tells of grief."""

    beliefs: tuple[Belief, ...] = ()
    pushback: bool = False
    rules: tuple[str, ...] = ()
    grief: bool = False


class BeliefReader:
    """Holds every family of every language against a message; the message's language is not needed.

    With a statistical layer neither decides alone: phrases are said in passing too, and a score knows no reason.
    """

    def __init__(self, families: BeliefRules, statistics: BeliefStatistics | None = None) -> None:
        self._families = Rulebook(families.families)
        self._controls = Rulebook(families.controls)
        self._grief = Rulebook(families.grief)
        self._statistics = statistics

    def warm(self) -> None:
        """Compile every pattern now instead of when it is first needed."""
        for book in (self._families, self._controls, self._grief):
            book.warm()

    def read(self, text: str, features: Features | None = None, heard: Heard | None = None) -> BeliefFindings:
        """The beliefs in one raw message; without its `features` the families alone. Never raises on any text."""
        words = (heard or hear(text)).own
        grief = bool(self._grief.hits(words))
        if self._statistics is None or features is None:
            kept, _ = self._said(words)
            return _findings(kept, (), grief)
        score = self._statistics.score(features)
        if not self._statistics.near(score):
            return BeliefFindings(grief=grief)
        kept, spared = self._said(words)
        if not self._statistics.enough(score, bool(kept)):
            return BeliefFindings(grief=grief)
        likeliest = self._statistics.likeliest(features)
        guessed = () if kept or spared & {likeliest.value, "all"} else (likeliest,)
        return _findings(kept, guessed, grief)

    def _said(self, words: Words) -> tuple[list[Entry], frozenset[str]]:
        """Families that fire and are not spared by a control, and the labels that are spared."""
        found = self._families.hits(words)
        spared = frozenset(name for control in self._controls.hits(words) for name in control.label.split())
        return [entry for entry in found if not spared & {entry.label, "all"}], spared


def _findings(kept: list[Entry], guessed: tuple[Belief, ...], grief: bool) -> BeliefFindings:
    beliefs = _in_order(kept, guessed)
    rules = (*(entry.id for entry in kept), *(f"statistics.{belief.value}" for belief in guessed))
    return BeliefFindings(beliefs=beliefs, pushback=bool(beliefs), rules=rules, grief=grief)


def _in_order(entries: Iterable[Entry], guessed: Iterable[Belief]) -> tuple[Belief, ...]:
    ranks = {belief: rank for rank, belief in enumerate(NEED)}
    best: dict[Belief, int] = {belief: len(NEED) + ranks[belief] for belief in guessed}
    for entry in entries:
        belief = Belief(entry.label)
        rank = ranks[belief] - (len(NEED) if entry.first else 0)
        best[belief] = min(rank, best.get(belief, rank))
    return tuple(sorted(best, key=lambda belief: best[belief]))


def load_beliefs(home: Path) -> BeliefRules:
    """Reads guardrails/beliefs/families under the repository root; raises RuleFileError with what to mend."""
    folder = home / "guardrails" / "beliefs" / "families"
    families: list[Entry] = []
    controls: list[Entry] = []
    grief: list[Entry] = []
    for language in LANGUAGES:
        common = folder / f"common.{language}.toml"
        shared = read_groups(common)
        controls += read_entries(common, "control", "spares", shared)
        grief += read_entries(folder / f"grief.{language}.toml", "family", "belief", shared)
        for belief in Belief:
            path = folder / f"{belief.value}.{language}.toml"
            families += read_entries(path, "family", "belief", shared)
    return BeliefRules(tuple(families), tuple(controls), tuple(grief))
