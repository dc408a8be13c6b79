"""The words of the pages: reviewed data per language, looked up by dotted key."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast

from guardrails.values import Language

LANGUAGES = (Language.NL, Language.EN)
_HEADER = frozenset({"owner", "date", "status"})


class WordsError(Exception):
    """A text file of the pages cannot be used; the message says which."""


@dataclass(frozen=True, slots=True)
class Words:
    """Sentences of one language by key ("start.title"); a missing key is an error, never an empty page."""

    language: Language
    sentences: Mapping[str, str]
    lists: Mapping[str, tuple[str, ...]]

    def say(self, key: str, **fields: object) -> str:
        """The sentence for `key`, with its {fields} filled in."""
        text = self.sentences[key]
        for name, value in fields.items():
            text = text.replace("{" + name + "}", str(value))
        return text

    def all(self, key: str) -> tuple[str, ...]:
        return self.lists[key]

    def has(self, key: str) -> bool:
        return key in self.sentences

    def moment(self, at: datetime) -> str:
        """Day, month and time, as a person would say it."""
        return f"{at.day} {self.lists['time.months'][at.month - 1]}, {at.strftime('%H:%M')}"

    def day(self, iso: str) -> str:
        """A date as "2026-09-08" in words; what is no date stays as it is."""
        try:
            at = datetime.fromisoformat(iso)
        except ValueError:
            return iso
        return f"{at.day} {self.lists['time.months'][at.month - 1]} {at.year}"


def load_words(home: Path, *folders: str) -> dict[Language, Words]:
    """Read prompts/<language>/interface/*.toml, then those of `folders`; what comes later stands.

    Raises `WordsError` when the two languages differ in keys.
    """
    found = {language: _load(home, language, ("interface", *folders)) for language in LANGUAGES}
    keys = {language: {*words.sentences, *words.lists} for language, words in found.items()}
    odd = keys[Language.NL] ^ keys[Language.EN]
    if odd:
        raise WordsError(f"prompts: these keys stand in one language only: {', '.join(sorted(odd))}")
    return found


def _load(home: Path, language: Language, folders: Sequence[str]) -> Words:
    base = home / "prompts" / language.value
    sentences: dict[str, str] = {}
    lists: dict[str, tuple[str, ...]] = {}
    paths = [path for folder in folders for path in sorted((base / folder).glob("*.toml"))]
    if not paths:
        raise WordsError(f"prompts: there are no page texts for {language.value}")
    for path in paths:
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise WordsError(f"{path.name} for {language.value} cannot be read: {type(error).__name__}") from error
        body = {name: value for name, value in data.items() if name not in _HEADER}
        _flatten(body, "", sentences, lists)
    return Words(language, sentences, lists)


def _flatten(
    table: Mapping[str, object], prefix: str, sentences: dict[str, str], lists: dict[str, tuple[str, ...]]
) -> None:
    for name, value in table.items():
        key = prefix + name
        if isinstance(value, dict):
            _flatten(cast("Mapping[str, object]", value), key + ".", sentences, lists)
        elif isinstance(value, list):
            lists[key] = tuple(str(item) for item in cast("list[object]", value))
        else:
            sentences[key] = str(value)
