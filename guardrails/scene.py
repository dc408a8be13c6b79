"""What a plan is made from, and the draft that becomes one."""

from dataclasses import dataclass, field
from datetime import datetime

from guardrails.referral import Directory
from guardrails.texts import Texts
from guardrails.values import Card, Event, GuardSettings, Memory, Part, PartKind, Reading, Session


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything a plan is made from."""

    reading: Reading
    memory: Memory
    session: Session
    settings: GuardSettings
    texts: Texts
    directory: Directory
    now: datetime


@dataclass(slots=True)
class Draft:
    """Parts and events as they are added; becomes a frozen Plan."""

    opening: list[Part] = field(default_factory=list[Part])
    closing: list[Part] = field(default_factory=list[Part])
    directions: list[str] = field(default_factory=list[str])
    events: list[Event] = field(default_factory=list[Event])
    asked: bool = False  # the guard itself asks something: then nobody else does
    quick_answers: bool = False

    def open_with(self, kind: PartKind, text: str) -> None:
        self.opening.append(Part(kind, text))

    def close_with(self, kind: PartKind, text: str) -> None:
        self.closing.append(Part(kind, text))

    def show_card(self, card: Card) -> None:
        """Put a help card below the reply and note which lines it names."""
        self.closing.append(Part("card", card.as_text(), card))
        self.event("referral", helplines=[{"id": d.id, "name": d.name, "number": d.number} for d in card.doors])

    def event(self, name: str, **fields: object) -> None:
        self.events.append(Event(name, tuple(fields.items())))


def emergency(scene: Scene) -> str:
    """The emergency number of the set country."""
    return scene.directory.emergency(scene.settings.country, scene.texts.language, scene.now).number
