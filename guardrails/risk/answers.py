"""Reads replies: to a direct question, about safety now, and about a door that was offered."""

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import cast

from guardrails.heard import Heard, hear
from guardrails.phrases import PhraseBook, Words
from guardrails.risk.families import FamilyError
from guardrails.values import Answer

_SHORT = 12
"""Up to so many words a message is read as a reply as a whole; longer, only its first sentence."""
_EXPLAINS = 5
"""With fewer words nothing is explained: "nee joh" alone takes nothing back."""
_ORDER = (Answer.RATHER_NOT, Answer.SOMETIMES, Answer.YES, Answer.UNKNOWN, Answer.NO)


class AnswerReader:
    """Built once from `answers.toml`; reading changes nothing."""

    def __init__(self, rows: Iterable[tuple[str, str]], groups: Mapping[str, str]) -> None:
        self._book = PhraseBook(rows, groups)

    def warm(self) -> None:
        """Compile every pattern now instead of when it is first needed."""
        self._book.warm()

    def read_answer(self, text: str, heard: Heard | None = None) -> Answer | None:
        """The reply to an open direct question, or None when the message is not one."""
        words = (heard or hear(text)).words
        found = self._found(_opening(words))
        whole = self._found(words)
        for answer in _ORDER:
            if f"answer.{answer}" in found and f"but.{answer}" not in whole:
                return answer
        if "answer.no" in found:
            return Answer.UNKNOWN
        return None

    def safety_said(self, text: str, heard: Heard | None = None) -> bool:
        """Someone is with the person now, help was called, or the means are with someone else."""
        return self._holds("safety", text, heard)

    def door_refused(self, text: str, heard: Heard | None = None) -> bool:
        """The offered help was tried, did not help, or will not be used."""
        return self._holds("refused", text, heard)

    def explained(self, text: str, heard: Heard | None = None) -> bool:
        """Does the person say that the words before were about something else, and what? A joke is no explanation."""
        if len(text.split()) < _EXPLAINS:
            return False
        found = self._found((heard or hear(text)).words)
        return "explained" in found and "explained.unless" not in found

    def unmistakable(self, text: str, heard: Heard | None = None) -> bool:
        """Does it name death by one's own hand, or a means? Then no later explanation changes what was said."""
        return "unmistakable" in self._found((heard or hear(text)).words)

    def is_direct_question(self, text: str) -> bool:
        """Does a text of the program or of a person ask outright about suicide or safety?"""
        return "?" in text and self._holds("question", text)

    def is_denial_joke(self, text: str) -> bool:
        """Does the person wave away what was said ("grapje")?"""
        return self._holds("joke", text)

    def _holds(self, name: str, text: str, heard: Heard | None = None) -> bool:
        words = (heard or hear(text)).words
        if name not in self._found(words):  # nowhere in the whole: then in no sentence of it
            return False
        row = words.row
        sentences = (Words.of_row(part.split()) for part in row.split(" . "))
        return any(name in found and f"{name}.unless" not in found for found in map(self._found, sentences))

    def _found(self, words: Words) -> set[str]:
        return {match.owner for match in self._book.find(words)}


def load_answers(home: Path) -> AnswerReader:
    """The reader of `guardrails/risk/answers.toml` under the project's root. Raises FamilyError."""
    path = home / "guardrails" / "risk" / "answers.toml"
    data = cast(dict[str, dict[str, object]], tomllib.loads(path.read_text(encoding="utf-8")))
    rows: list[tuple[str, str]] = []
    for name in ("answer", "but"):
        for label, patterns in _table(data, name, path).items():
            rows += ((f"{name}.{label}", row) for row in cast(list[str], patterns))
    for name in ("safety", "refused", "explained", "unmistakable", "question", "joke"):
        table = _table(data, name, path)
        rows += ((name, row) for row in cast(list[str], table.get("patterns", [])))
        rows += ((f"{name}.unless", row) for row in cast(list[str], table.get("unless", [])))
    return AnswerReader(rows, {"near": str(_table(data, "safety", path).get("near", ""))})


def _table(data: Mapping[str, dict[str, object]], name: str, path: Path) -> dict[str, object]:
    if name not in data:
        raise FamilyError(f"{path.name}: add the table [{name}].")
    return data[name]


def _opening(words: Words) -> Words:
    """A short message whole, of a longer one the first sentence."""
    row = words.row.strip()
    if len(row.split()) > _SHORT:
        row = row.split(" . ")[0]
    return Words.of_row(row.split())
