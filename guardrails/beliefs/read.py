"""Finds beliefs and plans in one message that a reply must not simply confirm."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from guardrails.beliefs.rulefile import Entry, Rulebook, read_entries, read_groups, words_of
from guardrails.statistics.features import Features
from guardrails.values import Belief

Guesses = Callable[[Features], tuple[Belief, ...]]
"""A statistical layer: the features of a message in, the beliefs it guesses out."""

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
    """Holds every family of every language against a message; the message's language is not needed."""

    def __init__(self, families: BeliefRules, guesses: Guesses | None = None) -> None:
        self._families = Rulebook(families.families)
        self._controls = Rulebook(families.controls)
        self._grief = Rulebook(families.grief)
        self._guesses = guesses

    def warm(self) -> None:
        """Compile every pattern now instead of when it is first needed."""
        for book in (self._families, self._controls, self._grief):
            book.warm()

    def read(self, text: str, features: Features | None = None) -> BeliefFindings:
        """The beliefs in one raw message; without its `features` the families alone. Never raises on any text."""
        words = words_of(text)
        grief = bool(self._grief.hits(words))
        found = self._families.hits(words)
        guessed = self._guesses(features) if self._guesses is not None and features is not None else ()
        if not found and not guessed:
            return BeliefFindings(grief=grief)
        spared = frozenset(name for control in self._controls.hits(words) for name in control.label.split())
        kept = [entry for entry in found if not spared & {entry.label, "all"}]
        fresh = [belief for belief in guessed if not spared & {belief.value, "all"}]
        beliefs = _in_order(kept, fresh)
        return BeliefFindings(
            beliefs=beliefs,
            pushback=bool(beliefs),
            rules=(*(entry.id for entry in kept), *(f"statistics.{belief.value}" for belief in fresh)),
            grief=grief,
        )


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
