"""What the workshop and the bench share: the person's layout and help, words and templates of their own, no desk."""

from pathlib import Path
from typing import Literal, cast

from app.conversation.clock import Clock
from app.conversation.values import Phase, Preferences
from app.web.door import DeskDoor
from app.web.pages import Pages, templates_in
from app.web.words import load_words
from guardrails.guard import Guard
from guardrails.values import Card, Country, Language


class NoDesk:
    """A house apart has no desk of a person: only the way to help."""

    phase = Phase.NEW
    kept = False
    brain: Literal["guided", "model"] = "guided"
    preferences = Preferences()

    def __init__(self, guard: Guard, clock: Clock) -> None:
        self._guard, self._clock = guard, clock

    def help_cards(self, country: Country, language: Language) -> tuple[Card, ...]:
        return self._guard.help_cards(country, language, self._clock.now())


class ApartPages(Pages):
    """Pages of a house apart. `words`: its folder below prompts/<language>; `known`: functions of its templates."""

    def __init__(self, guard: Guard, home: Path, clock: Clock, words: str, templates: Path, **known: object) -> None:
        super().__init__(cast("DeskDoor", NoDesk(guard, clock)), home, clock)
        self._words = load_words(home, words)
        self._templates = templates_in(templates, **known)
