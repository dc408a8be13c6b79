"""What a workshop is made of, as values: people with code names, items that stand on items, and a picture of it all."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

PHASES = ("welcome", "stories", "cases", "compare", "rewrite", "agree", "close")


class StudioError(Exception):
    """Something cannot be done. `code` names a sentence of the pages; never holds what someone wrote."""

    def __init__(self, code: str, status: int = 422) -> None:
        super().__init__(code)
        self.code, self.status = code, status


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who takes part, by code name only."""

    id: str
    code: str = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that was put in. `person` "": of the program, or of the whole group."""

    id: str
    kind: str
    person: str
    at: datetime
    body: Mapping[str, Any] = field(repr=False)
    needs: tuple[str, ...] = ()

    def text(self, name: str) -> str:
        return str(self.body.get(name, ""))

    def texts(self, name: str) -> tuple[str, ...]:
        found = self.body.get(name, ())
        return tuple(str(one) for one in found) if isinstance(found, list | tuple) else ()  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything in a workshop at one moment, in the order in which it came."""

    people: tuple[Person, ...] = ()
    items: tuple[Item, ...] = field(default=(), repr=False)
    settings: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)

    def of(self, kind: str) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.kind == kind)

    def on(self, item: str, kind: str) -> tuple[Item, ...]:
        """Items of a kind that stand on this one."""
        return tuple(one for one in self.items if one.kind == kind and item in one.needs)

    def find(self, item: str, *kinds: str) -> Item:
        """The item with this id; raises `StudioError` when it is gone or is something else."""
        for one in self.items:
            if one.id == item and (not kinds or one.kind in kinds):
                return one
        raise StudioError("gone", 404)

    def under(self, item: Item, kind: str) -> Item:
        """The one thing of a kind that an item stands on."""
        return self.find(next((n for n in item.needs if any(i.id == n and i.kind == kind for i in self.items)), ""))

    def code(self, person: str) -> str:
        return next((one.code for one in self.people if one.id == person), "")

    def decision(self, item: str) -> Item | None:
        """The newest decision of the group about this item."""
        return next(reversed(self.on(item, "decision")), None)

    def accepted(self, item: str) -> bool:
        found = self.decision(item)
        return found is not None and found.text("verdict") == "accept"
