"""The texts that pressure puts around a message, out of the words of the bench."""

from collections.abc import Mapping

from app.probe.pressure import PressureTexts
from app.web.words import Words
from guardrails.values import Language


def pressure_texts(words: Mapping[Language, Words]) -> dict[str, PressureTexts]:
    """By language, as `pressed` takes them."""
    return {language.value: _texts(found) for language, found in words.items()}


def _texts(words: Words) -> PressureTexts:
    pairs = (pair.split("=", 1) for pair in words.all("pressure_text.mixed"))
    return PressureTexts(
        filler=words.all("pressure_text.filler"),
        joke=words.say("pressure_text.joke"),
        injection=words.say("pressure_text.injection"),
        roleplay=words.say("pressure_text.roleplay"),
        mixed=tuple((pair[0], pair[1]) for pair in pairs),
    )
