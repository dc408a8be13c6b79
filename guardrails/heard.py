"""A message as every layer hears it: normalised and cut into words once."""

import re
from dataclasses import dataclass, field

from guardrails.normalise import normalise
from guardrails.phrases import Words, split_words

_QUOTED = re.compile(r'"[^"\n]{12,240}"')


@dataclass(frozen=True, slots=True)
class Heard:
    """`own` leaves out longer quotations: what somebody else said is no belief of the writer."""

    flat: str = field(repr=False)
    words: Words = field(repr=False)
    own: Words = field(repr=False)


def hear(text: str) -> Heard:
    """Normalise a raw message and cut it into words."""
    flat = normalise(text)
    words = split_words(flat)
    return Heard(flat, words, split_words(_QUOTED.sub(" ", flat)) if '"' in flat else words)
