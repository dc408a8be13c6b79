"""The guard's own reviewed sentences: loaded once, picked by key, filled with numbers from the list."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from guardrails.values import Language

LANGUAGES = (Language.NL, Language.EN)


class TextError(Exception):
    """A reviewed text file cannot be used; the message says which file and key."""


@dataclass(frozen=True, slots=True)
class Texts:
    """Reviewed sentences by dotted key ("question.suicide"), each with one or more wordings."""

    language: Language
    wordings: Mapping[str, tuple[str, ...]]

    def pick(self, key: str, variant: int = 0, **fields: str) -> str:
        """The wording for `variant` (any integer), with its {fields} filled in."""
        wordings = self.wordings[key]
        text = wordings[variant % len(wordings)]
        for name, value in fields.items():
            text = text.replace("{" + name + "}", value)
        return text

    def all(self, key: str) -> tuple[str, ...]:
        return self.wordings.get(key, ())

    def has(self, key: str) -> bool:
        return key in self.wordings

    def keys(self, prefix: str) -> tuple[str, ...]:
        return tuple(key for key in self.wordings if key.startswith(prefix))


def load_texts(home: Path) -> dict[Language, Texts]:
    """Read prompts/<language>/guard/texts.toml for both languages.

    Raises `TextError` when a file is missing or the two languages do not hold the same keys.
    """
    found = {language: Texts(language, _read(home, language)) for language in LANGUAGES}
    odd = set(found[Language.NL].wordings) ^ set(found[Language.EN].wordings)
    if odd:
        raise TextError(f"prompts: these keys stand in one language only: {', '.join(sorted(odd))}")
    return found


def _read(home: Path, language: Language) -> dict[str, tuple[str, ...]]:
    path = home / "prompts" / language.value / "guard" / "texts.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise TextError(f"{path.name} for {language.value} cannot be read: {type(error).__name__}") from error
    wordings: dict[str, tuple[str, ...]] = {}
    _flatten(data, "", wordings)
    return wordings


def _flatten(table: Mapping[str, object], prefix: str, into: dict[str, tuple[str, ...]]) -> None:
    for name, value in table.items():
        key = f"{prefix}{name}"
        if isinstance(value, dict):
            _flatten(cast("Mapping[str, object]", value), key + ".", into)
        elif isinstance(value, list):
            into[key] = tuple(str(item) for item in cast("list[object]", value))
        else:
            into[key] = (str(value),)


Known = tuple[tuple[str, str], ...]
"""(key, the fixed part of a wording) of reviewed sentences, longest first."""


def known_texts(texts: Mapping[Language, Texts], prefix: str) -> Known:
    """Every reviewed sentence under a prefix, to find it again in a reply."""
    known = [
        (key, max(wording.replace("}", "{").split("{")[::2], key=len).strip())
        for spoken in texts.values()
        for key in spoken.keys(prefix)
        for wording in spoken.all(key)
    ]
    return tuple(sorted(known, key=lambda pair: -len(pair[1])))


def found_in(known: Known, text: str) -> list[str]:
    """Keys of the sentences that a text holds."""
    return [key for key, wording in known if wording and wording in text]


def without(known: Known, text: str) -> str:
    """A text with these sentences taken out."""
    for _, wording in known:
        text = text.replace(wording, "")
    return text
