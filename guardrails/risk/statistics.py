"""Danger that no family of phrases names: a linear model's guess, calibrated on examples at a false-alarm rate."""

from dataclasses import dataclass
from pathlib import Path

from guardrails.statistics.features import Features
from guardrails.statistics.linear import LinearModel, load_model
from guardrails.values import Door, Ground, Kind, Language, Level, Signal

WEIGHTS = Path("guardrails") / "statistics" / "weights"
_LEVELS = (Level.ELEVATED, Level.CONCERN)
_HEAD = "danger"
_WEAK = 0.4  # what a message just below concern adds; the memory lets it fade


@dataclass(frozen=True, slots=True)
class Guess:
    """What the statistical layer makes of one message."""

    signal: Signal | None = None
    weak: float = 0.0
    uncertain: bool = False  # not plainly ordinary


class RiskStatistics:
    """`danger` scores how grave a message is, `kinds` which danger it most resembles."""

    def __init__(self, danger: LinearModel, kinds: LinearModel) -> None:
        self._danger, self._kinds = danger, kinds

    def read(self, found: Features, language: Language) -> Guess:
        """A guess about one message; nothing for what resembles ordinary distress."""
        facts, score = self._danger.facts, self.score(found)
        spoken = language.value if language is not Language.OTHER else Language.NL.value
        level = next((level for level in _LEVELS if score > facts[f"{level.label}.{spoken}"]), Level.NONE)
        if level is Level.NONE:
            weak = _WEAK if score > facts[f"weak.{spoken}"] else 0.0
            return Guess(weak=weak, uncertain=score > facts[f"uncertain.{spoken}"])
        kind, other = self._kind(found)
        imminent = level is Level.ELEVATED and score > facts[f"imminent.{spoken}"]
        if imminent:
            level = Level.IMMINENT
        door = Door.SOON if imminent else None
        mark = f"{sum(found.groups[0]) & 0xFFFFFFFF:08x}"
        return Guess(Signal(f"statistics.{kind.value}", level, kind, Ground.GUESSED, door, other, mark), uncertain=True)

    def score(self, found: Features) -> float:
        """How much a message resembles danger; the thresholds of training say what that means."""
        return self._danger.scores(found)[_HEAD]

    def _kind(self, found: Features) -> tuple[Kind, bool]:
        scores = self._kinds.scores(found)
        other = scores.pop("other") > 0
        return Kind(max(scores, key=lambda name: scores[name])), other


def load_statistics(home: Path, known: frozenset[str]) -> RiskStatistics:
    """The models under the project's root; `known` as in LinearModel. Raises ModelError."""
    folder = home / WEIGHTS
    return RiskStatistics(load_model(folder / "danger.bin", known), load_model(folder / "danger_kinds.bin"))
