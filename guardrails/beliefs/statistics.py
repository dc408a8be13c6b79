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

    def read(self, found: Features) -> tuple[Belief, ...]:
        """At most one belief: the likeliest, when the message as a whole asks for pushback."""
        if self.score(found) <= self._pushback.facts["threshold"]:
            return ()
        scores = self._kinds.scores(found)
        return (Belief(max(scores, key=lambda name: scores[name])),)

    def score(self, found: Features) -> float:
        """How much a message asks for more than confirmation; the threshold of training says what that means."""
        return self._pushback.scores(found)[_HEAD]


def load_statistics(home: Path, known: frozenset[str]) -> BeliefStatistics:
    """The models under the project's root; `known` as in LinearModel. Raises ModelError."""
    folder = home / _FOLDER
    return BeliefStatistics(load_model(folder / "pushback.bin", known), load_model(folder / "belief_kinds.bin"))
