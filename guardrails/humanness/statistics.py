"""Claims that no family of phrases names: a linear model over one sentence, in the light of the message it answers."""

from pathlib import Path

from guardrails.normalise import normalise
from guardrails.phrases import split_words
from guardrails.statistics.concepts import Concepts
from guardrails.statistics.features import Features, features
from guardrails.statistics.linear import LinearModel, load_model
from guardrails.values import Claim

_WEIGHTS = Path("guardrails") / "statistics" / "weights"
_HEAD = "bad"
_WEIGHED = frozenset({Claim.MINIMISES, Claim.SYCOPHANTIC_AGREEMENT, Claim.OVER_REFERRAL, Claim.FLATTERY})
"""Claims whose phrases are also said in good replies: the score of the sentence has to agree."""
_MOST = 12  # concepts of a message that are held against a sentence


class ClaimStatistics:
    """`bad` scores whether a sentence may not be shown, `kinds` which claim it most resembles."""

    def __init__(self, bad: LinearModel, kinds: LinearModel, concepts: Concepts) -> None:
        self._bad, self._kinds, self._concepts = bad, kinds, concepts

    def about(self, user: str) -> frozenset[str]:
        """What the message is about, as the sentences of its reply are held against it. Once a reply."""
        return about(user, self._concepts)

    def weigh(self, sentence: str, topics: frozenset[str], said: tuple[Claim, ...]) -> tuple[Claim, ...]:
        """The claims that stand: what families of phrases said, or the likeliest one, or none.

        For most claims a phrase is enough; for the others it adds its bonus to the score of the sentence.
        """
        found = sentence_features(sentence, topics, self._concepts)
        bonus = self._bad.facts["bonus"] if said else 0.0
        if self._bad.scores(found)[_HEAD] + bonus <= self._bad.facts["threshold"]:
            return tuple(claim for claim in said if claim not in _WEIGHED)
        return said or (self._likeliest(found),)

    def _likeliest(self, found: Features) -> Claim:
        scores = self._kinds.scores(found)
        return Claim(max(scores, key=lambda name: scores[name]))


def about(user: str, concepts: Concepts) -> frozenset[str]:
    """Names of the concepts in a message, at most twelve: the first ones."""
    words = split_words(normalise(user)).row.split()
    names = dict.fromkeys(item.name for item in concepts.find(words))
    return frozenset(list(names)[:_MOST])


def sentence_features(sentence: str, topics: frozenset[str], concepts: Concepts) -> Features:
    """Features of a sentence, with its concepts paired to those of the message it answers."""
    own = {item.name for item in concepts.find(split_words(normalise(sentence)).row.split())}
    pairs = (f"{topic}&{name}" for topic in topics for name in own)
    return features(sentence, concepts, (*topics, *pairs))


def load_statistics(home: Path, concepts: Concepts) -> ClaimStatistics:
    """The models under the project's root. Raises ModelError."""
    folder = home / _WEIGHTS
    bad = load_model(folder / "claims.bin", concepts.known)
    return ClaimStatistics(bad, load_model(folder / "claim_kinds.bin"), concepts)
