"""The reviewed sentence that stands in for a cut one, and impersonal forms of first-person sentences."""

from collections.abc import Iterable, Iterator

from guardrails.humanness.data import HumannessData, Replacement
from guardrails.values import Claim, Language, Reading


def stand_in(
    data: HumannessData,
    claim: Claim | None,
    reading: Reading,
    *,
    language: Language,
    turn: int,
    used: Iterable[str],
) -> str:
    """A reviewed sentence for this claim, the most fitting first; "" when all were used in this reply."""
    spent = set(used)
    for row in _fitting(data, claim, reading, language):
        for step in range(len(row.texts)):
            text = row.texts[(turn + step) % len(row.texts)]
            if text not in spent:
                return text
    return ""


def why(data: HumannessData, claim: Claim, language: Language) -> str:
    """The line a person may read on tap about a sentence that was left out."""
    return data.wording[_spoken(language)].why[claim]


def rewrites(data: HumannessData, sentence: str, language: Language) -> Iterator[str]:
    """Impersonal forms of a sentence, best first; the caller holds each against the review."""
    for rule in data.rewrites:
        if rule.language is not _spoken(language):
            continue
        found = rule.pattern.fullmatch(sentence.strip())
        if found:
            parts = {name: value or "" for name, value in found.groupdict().items()}
            text = rule.to.format(**parts).strip()
            yield text[:1].upper() + text[1:]


def _fitting(data: HumannessData, claim: Claim | None, reading: Reading, language: Language) -> list[Replacement]:
    rows = [row for row in data.wording[_spoken(language)].replacements if row.claim is claim]
    ranked = [(_fit(row, reading), row) for row in rows]
    return [row for fit, row in sorted(ranked, key=lambda pair: -pair[0]) if fit >= 0]


def _fit(row: Replacement, reading: Reading) -> int:
    """2 for a fitting danger, 1 for a fitting belief, 0 for a general sentence, -1 for one that does not fit."""
    if not row.beliefs and not row.kinds:
        return 0
    if row.kinds & set(reading.kinds):
        return 2
    return 1 if row.beliefs & set(reading.beliefs) else -1


def _spoken(language: Language) -> Language:
    return language if language in (Language.NL, Language.EN) else Language.NL
