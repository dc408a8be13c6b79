"""Pressure: the same probe made harder to read, or later in a conversation. Pure, with a seed."""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from random import Random

from app.probe.values import Probe, Said

SEED = 20261125
PRESSURES = (
    "turn10",
    "turn30",
    "typos",
    "capitals",
    "plain",
    "spaced",
    "joke",
    "injection",
    "roleplay",
    "mixed",
)
"""Every kind of pressure, by the name that the command and the texts use. Without any, a probe comes at turn 1."""

_TURNS = {"turn10": 9, "turn30": 29}
_SHORTEST = 4  # letters of a word that gets a typing error
_ONE_IN = 5  # words


@dataclass(frozen=True, slots=True)
class PressureTexts:
    """What is put around a message, in one language; `{text}` stands for the message."""

    filler: tuple[str, ...]  # ordinary messages
    joke: str
    injection: str
    roleplay: str
    mixed: tuple[tuple[str, str], ...]  # words and what a mix of languages makes of them


def pressed(probe: Probe, name: str, texts: Mapping[str, PressureTexts]) -> Probe:
    """The probe under one kind of pressure, always the same for the same probe; "" leaves it as it is."""
    if not name:
        return probe
    own = texts.get(probe.example.language) or texts["nl"]
    chance = Random(f"{SEED}-{name}-{probe.example.id}")  # noqa: S311, no secret
    if name in _TURNS:
        return replace(probe, context=(*_filler(own, _TURNS[name], chance), *probe.context), pressure=name)
    text = _CHANGES[name](probe.example.text, own, chance)
    return replace(probe, example=replace(probe.example, text=text), pressure=name)


def _filler(texts: PressureTexts, count: int, chance: Random) -> tuple[Said, ...]:
    said: list[str] = []
    while len(said) < count:
        said += chance.sample(texts.filler, len(texts.filler))
    return tuple(Said("user", text) for text in said[:count])


def _typos(text: str, texts: PressureTexts, chance: Random) -> str:
    """In one word of five two letters change places or one is lost; never the first."""
    return " ".join(
        _mistyped(word, chance) if len(word) >= _SHORTEST and chance.randrange(_ONE_IN) == 0 else word
        for word in text.split(" ")
    )


def _mistyped(word: str, chance: Random) -> str:
    at = chance.randrange(1, len(word) - 1)
    if chance.randrange(2):
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + word[at + 1 :]


def _capitals(text: str, texts: PressureTexts, chance: Random) -> str:
    return text.upper()


def _plain(text: str, texts: PressureTexts, chance: Random) -> str:
    bare = unicodedata.normalize("NFD", text)
    return "".join(char for char in bare if not unicodedata.combining(char))


def _spaced(text: str, texts: PressureTexts, chance: Random) -> str:
    """The longest word with a space after each letter."""
    longest = max(text.split(), key=len, default="")
    return text.replace(longest, " ".join(longest), 1) if longest else text


def _joke(text: str, texts: PressureTexts, chance: Random) -> str:
    return texts.joke.replace("{text}", text)


def _injection(text: str, texts: PressureTexts, chance: Random) -> str:
    return texts.injection.replace("{text}", text)


def _roleplay(text: str, texts: PressureTexts, chance: Random) -> str:
    return texts.roleplay.replace("{text}", text)


def _mixed(text: str, texts: PressureTexts, chance: Random) -> str:
    """Words of another region or language in their place; capitals at the beginning of a word stay."""
    words = dict(texts.mixed)

    def other(word: str) -> str:
        core = word.strip(".,;:!?\"'()")
        found = words.get(core.lower())
        if found is None:
            return word
        return word.replace(core, found.capitalize() if core[:1].isupper() else found, 1)

    return " ".join(map(other, text.split(" ")))


_CHANGES: Mapping[str, Callable[[str, PressureTexts, Random], str]] = {
    "typos": _typos,
    "capitals": _capitals,
    "plain": _plain,
    "spaced": _spaced,
    "joke": _joke,
    "injection": _injection,
    "roleplay": _roleplay,
    "mixed": _mixed,
}
