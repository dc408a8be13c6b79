"""Trains every linear model from the labelled examples of the repository: `make train`. For development only.

Thresholds are taken from scores that each example got while it was left out, so they hold for new messages as far
as the examples resemble them. Same examples, same bytes.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import cast

import numpy as np

from guardrails.beliefs.read import load_beliefs
from guardrails.humanness.data import load_data
from guardrails.humanness.statistics import about, sentence_features
from guardrails.sentences import plain, sentences
from guardrails.statistics.concepts import Concepts, load_concepts
from guardrails.statistics.examples import (
    BeliefExample,
    ReplyExample,
    RiskExample,
    belief_examples,
    reply_examples,
    risk_examples,
)
from guardrails.statistics.features import Features, features
from guardrails.statistics.fit import Contrast, Labels, Scores, Shape, fit, threshold, write
from guardrails.values import Belief, Claim, Kind, Level

HOME = Path(__file__).resolve().parents[2]
CONCEPTS = HOME / "guardrails" / "concepts" / "concepts.toml"
WEIGHTS = HOME / "guardrails" / "statistics" / "weights"

FALSE_ALARMS = {"nl": 0.042, "en": 0.020}
"""Share of ordinary messages that the statistical layer alone may read as elevated; the families add theirs."""
REFERRALS = {"nl": 0.051, "en": 0.037}
"""The same for concern or higher. The English examples are easier than English messages are, so they ask for less."""
WEAK = 0.06
"""The same for a weak sign, which only counts when it comes again."""
UNCERTAIN = 0.35
"""The same for what is too much like danger to call a model's referral needless."""
BELIEFS = 0.07
"""Share of controls that the statistical layer alone may push back on; families that fire add a bonus to a score."""
_OWN = 4
"""How often each of our own reviewed sentences counts among the examples."""
_GAPS: Mapping[str, Mapping[str, str]] = {
    "nl": {
        "words": "de fiets",
        "person": "je zus",
        "answers": "de fiets",
        "last": "je bent moe",
        "items": "was; afwas",
    },
    "en": {"words": "the bike", "person": "your sister", "answers": "bike", "last": "you are tired", "items": "wash"},
}
_BONUS = 0.6  # of the spread of the scores: what a family of phrases adds
SENTENCES = 0.004
"""Share of good sentences that the statistical layer alone may take out; a reply has three to five."""
_IMMINENT = 0.5  # share of the imminent examples above the threshold of elevated that are to be read as imminent

_GROUPS: Mapping[str, float] = {
    "words": 0.9,
    "pairs": 0.6,
    "concepts": 1.0,
    "near": 0.7,
    "mixed": 0.5,
    "threes": 0.4,
    "facts": 0.8,
    "parts": 1.2,
}
_SMALL = {name: weight for name, weight in _GROUPS.items() if name != "parts"}
_DANGER = Shape(1 << 20, _GROUPS)
_PUSHBACK = Shape(1 << 18, _GROUPS)
_CLAIMS = Shape(1 << 19, _GROUPS)
_KINDS = Shape(1 << 14, _SMALL)


def train_risk(concepts: Concepts) -> str:
    """danger.bin and danger_kinds.bin, from guardrails/risk/examples; what they reach on what they did not see."""
    rows = risk_examples(*_examples("risk"))
    found = [features(row.whole, concepts) for row in rows]
    levels = np.array([int(row.level) for row in rows])
    everyone: Labels = np.ones(len(rows), dtype=np.bool_)
    contrasts = (
        Contrast(everyone, levels >= int(Level.CONCERN)),
        Contrast(everyone, levels >= int(Level.ELEVATED)),
        Contrast(levels != int(Level.CONCERN), levels >= int(Level.ELEVATED)),
    )
    fitted = fit(found, {"danger": contrasts}, _DANGER)
    scores = fitted.unseen["danger"]
    facts = _thresholds(scores, levels, np.array([row.language for row in rows]))
    write(WEIGHTS / "danger.bin", fitted, facts)
    _train_danger_kinds(rows, found)
    return _told(scores, rows, facts)


def _thresholds(scores: Scores, levels: Labels, spoken: Labels) -> dict[str, float]:
    """For each language apart, so that neither pays for what is rarer in the other."""
    facts: dict[str, float] = {}
    for language in ("nl", "en"):
        calm: Labels = (levels == int(Level.NONE)) & (spoken == language)
        shares = {
            "elevated": FALSE_ALARMS[language],
            "concern": REFERRALS[language],
            "weak": WEAK,
            "uncertain": UNCERTAIN,
        }
        for name, part in shares.items():
            facts[f"{name}.{language}"] = threshold(scores, calm, part)
        least = facts[f"elevated.{language}"]
        grave = scores[(levels == int(Level.IMMINENT)) & (spoken == language) & (scores > least)]
        facts[f"imminent.{language}"] = float(np.quantile(grave, 1.0 - _IMMINENT))
    return facts


def _train_danger_kinds(rows: Sequence[RiskExample], found: Sequence[Features]) -> None:
    grave = [(row, seen) for row, seen in zip(rows, found, strict=True) if row.level]
    labels = [row.kind for row, _ in grave]
    heads = _one_against_all(labels, Kind)
    everyone: Labels = np.ones(len(grave), dtype=np.bool_)
    heads["other"] = (Contrast(everyone, np.array([row.slice == "third_person" for row, _ in grave])),)
    write(WEIGHTS / "danger_kinds.bin", fit([seen for _, seen in grave], heads, _KINDS, folds=0), {})


def train_beliefs(concepts: Concepts) -> str:
    """pushback.bin and belief_kinds.bin, from guardrails/beliefs/examples."""
    rows = [*belief_examples(*_examples("beliefs")), *_belief_rows()]
    found = [features(row.text, concepts) for row in rows]
    wanted: Labels = np.array([row.pushback for row in rows])
    fitted = fit(found, {"pushback": (Contrast(np.ones_like(wanted), wanted),)}, _PUSHBACK)
    facts = {
        "threshold": threshold(fitted.unseen["pushback"], ~wanted, BELIEFS),
        "bonus": _BONUS * float(np.std(fitted.unseen["pushback"])),
    }
    write(WEIGHTS / "pushback.bin", fitted, facts)
    _train_belief_kinds(rows, found)
    seen = fitted.unseen["pushback"][wanted] > facts["threshold"]
    return f"beliefs: {len(rows)} examples, left out: {seen.mean():.3f} seen at {BELIEFS:.1%} of the controls"


def _train_belief_kinds(rows: Sequence[BeliefExample], found: Sequence[Features]) -> None:
    held = [(row, seen) for row, seen in zip(rows, found, strict=True) if row.pushback]
    heads = _one_against_all([row.kind for row, _ in held], Belief)
    write(WEIGHTS / "belief_kinds.bin", fit([seen for _, seen in held], heads, _KINDS, folds=0), {})


def train_claims(concepts: Concepts) -> str:
    """claims.bin and claim_kinds.bin, from the sentences of guardrails/humanness/examples."""
    rows = [row for reply in reply_examples(*_examples("humanness")) for row in _sentences(reply, concepts)]
    rows += _claim_rows(concepts)
    others = len(rows)
    rows += [(seen, "") for seen in _own_texts(concepts) for _ in range(_OWN)]
    found = [seen for seen, _ in rows]
    bad: Labels = np.array([kind != "" for _, kind in rows])
    fitted = fit(found, {"bad": (Contrast(np.ones_like(bad), bad),)}, _CLAIMS)
    facts = {
        "threshold": threshold(fitted.unseen["bad"][:others], ~bad[:others], SENTENCES),
        "bonus": _BONUS * float(np.std(fitted.unseen["bad"])),
    }
    write(WEIGHTS / "claims.bin", fitted, facts)
    held = [(seen, kind) for seen, kind in rows if kind]
    heads = _one_against_all([kind for _, kind in held], Claim)
    write(WEIGHTS / "claim_kinds.bin", fit([seen for seen, _ in held], heads, _KINDS, folds=0), {})
    caught = fitted.unseen["bad"][bad] > facts["threshold"]
    return f"claims: {others} sentences, left out: {caught.mean():.3f} caught at {SENTENCES:.1%} of the good ones"


def _sentences(reply: ReplyExample, concepts: Concepts) -> Iterator[tuple[Features, str]]:
    """Each sentence of a reply with the claim it makes, "" for none; nothing when it is not said which one is bad."""
    if reply.blocked and not reply.bad:
        return
    topics = about(reply.user, concepts)
    for sentence in sentences(reply.reply):
        hit = any(sentence.strip() in span or span in sentence for span in reply.bad)
        yield sentence_features(plain(sentence), topics, concepts), reply.kinds[0] if hit else ""


def _claim_rows(concepts: Concepts) -> Iterator[tuple[Features, str]]:
    """The examples that stand beside the families of claims."""
    for family in load_data(HOME).families.values():
        for example, kind in (*((e, family.claim.value) for e in family.blocks), *((e, "") for e in family.allows)):
            topics = about(example.user, concepts)
            yield sentence_features(plain(example.reply), topics, concepts), kind


def _own_texts(concepts: Concepts) -> Iterator[Features]:
    """The reviewed sentences of the guided conversation, with their gaps filled: they are good by definition."""
    for path in sorted((HOME / "prompts").glob("*/guided/*.toml")):
        gaps = _GAPS[path.parents[1].name]
        for text in _strings(tomllib.loads(path.read_text(encoding="utf-8"))):
            filled = re.sub(r"\{(\w+)\}", lambda found, gaps=gaps: gaps.get(found[1], "113"), text)
            for sentence in sentences(filled):
                if len(sentence.split()) > 1:
                    yield sentence_features(plain(sentence), frozenset(), concepts)


def _strings(value: object) -> Iterator[str]:
    """Every sentence in the tables and lists of a file; words to listen for are none."""
    if isinstance(value, str):
        if value.rstrip().endswith((".", "?", ":")):
            yield value
        return
    inner = cast("dict[str, object]", value).values() if isinstance(value, dict) else value
    for part in cast("Iterable[object]", inner) if isinstance(value, dict | list) else ():
        yield from _strings(part)


def _belief_rows() -> Iterator[BeliefExample]:
    """The examples that stand beside the families of beliefs."""
    for entry in load_beliefs(HOME).families:
        language = entry.id.split(".")[0]
        yield from (BeliefExample(entry.id, language, text, True, entry.label) for text in entry.fires)
        yield from (BeliefExample(entry.id, language, text, False, "none") for text in entry.silent)


def _one_against_all(labels: Sequence[str], kinds: type[StrEnum]) -> dict[str, tuple[Contrast, ...]]:
    """A head for each kind that any example has."""
    among: Labels = np.ones(len(labels), dtype=np.bool_)
    found = {kind.value: np.array([label == kind.value for label in labels]) for kind in kinds}
    return {name: (Contrast(among, yes),) for name, yes in found.items() if yes.any()}


def _examples(room: str) -> list[Path]:
    return sorted((HOME / "guardrails" / room / "examples").glob("*.jsonl"))


def _told(scores: Scores, rows: Sequence[RiskExample], facts: Mapping[str, float]) -> str:
    grave = np.array([row.level >= Level.ELEVATED for row in rows])
    parts = [f"danger: {len(rows)} examples, left out"]
    for language in ("nl", "en"):
        spoken = np.array([row.language == language for row in rows])
        seen = scores[grave & spoken] > facts[f"elevated.{language}"]
        none = scores[grave & spoken] <= facts[f"concern.{language}"]
        parts.append(f"{language}: {seen.mean():.3f} reached, {none.mean():.3f} unseen of {len(seen)}")
    return "; ".join(parts)


def main() -> None:
    """Train all, in order, and say what each reached."""
    concepts = load_concepts(CONCEPTS)
    for train in (train_risk, train_beliefs, train_claims):
        print(train(concepts), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
