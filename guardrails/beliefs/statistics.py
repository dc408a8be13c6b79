"""Beliefs that no family of phrases names: a linear model's guess, calibrated on controls."""

from pathlib import Path

from guardrails.statistics.features import Features
from guardrails.statistics.linear import LinearModel, load_model
from guardrails.values import Belief

_FOLDER = Path("guardrails") / "statistics" / "weights"
_HEAD = "pushback"


class BeliefStatistics:
    """`pushback` scores whether a reply must not simply confirm, `kinds` which belief it most resembles."""

    def __init__(self, pushback: LinearModel, kinds: LinearModel) -> None:
        self._pushback, self._kinds = pushback, kinds
        self._threshold, self._bonus = pushback.facts["threshold"], pushback.facts["bonus"]

    def score(self, found: Features) -> float:
        """How much a message asks for more than confirmation."""
        return self._pushback.scores(found)[_HEAD]

    def near(self, score: float) -> bool:
        """Whether a family of phrases, if one fires, would be enough; else there is no need to look."""
        return score + self._bonus > self._threshold

    def enough(self, score: float, family: bool) -> bool:
        """Whether a reply must not simply confirm: the score, to which a family that fires adds its bonus."""
        return score + (self._bonus if family else 0.0) > self._threshold

    def likeliest(self, found: Features) -> Belief:
        """The belief that a message most resembles."""
        scores = self._kinds.scores(found)
        return Belief(max(scores, key=lambda name: scores[name]))


def load_statistics(home: Path, known: frozenset[str]) -> BeliefStatistics:
    """The models under the project's root; `known` as in LinearModel. Raises ModelError."""
    folder = home / _FOLDER
    return BeliefStatistics(load_model(folder / "pushback.bin", known), load_model(folder / "belief_kinds.bin"))
