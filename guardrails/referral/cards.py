"""Which doors fit a danger, a country and an hour, and the card that shows at most two of them."""

from dataclasses import dataclass, field
from datetime import datetime

from guardrails.referral.helplines import Directory
from guardrails.texts import Texts
from guardrails.values import Card, Country, Door, Helpline, Kind, Language, Level

# Roles in order of fit. The first two that are open now become the doors of the card. Every row ends with
# a role that is open day and night, so that a card is never empty; "emergency" always exists.
_ROUTES: dict[str, tuple[str, ...]] = {
    "suicide": ("suicide", "gp_out_of_hours", "gp", "emergency"),
    "self_harm": ("gp", "gp_out_of_hours", "suicide", "emergency"),
    "overdose": ("emergency", "poison"),
    "harm_to_others": ("gp", "gp_out_of_hours", "violence", "suicide", "emergency"),
    "victim_of_violence": ("violence", "emergency"),
    "child_safety": ("violence", "emergency"),
    "psychosis": ("gp", "gp_out_of_hours", "suicide", "emergency"),
    "mania": ("gp", "gp_out_of_hours", "suicide", "emergency"),
    "eating": ("gp", "gp_out_of_hours", "emergency"),
    "substance": ("gp", "gp_out_of_hours", "emergency"),
    "medical_emergency": ("gp", "gp_out_of_hours", "emergency"),
}
_MINOR_ROUTES: dict[str, tuple[str, ...]] = {
    "suicide": ("suicide", "youth", "emergency"),
    "self_harm": ("youth", "suicide", "emergency"),
    "child_safety": ("youth", "violence", "suicide", "emergency"),
    "victim_of_violence": ("youth", "violence", "emergency"),
}
_NOW_SECOND: dict[str, tuple[str, ...]] = {
    "suicide": ("suicide",),
    "self_harm": ("suicide",),
    "overdose": ("poison",),
    "child_safety": ("youth", "violence"),
    "victim_of_violence": ("violence",),
}
_TWO = 2
_NEUTRAL_KINDS = frozenset({Kind.VICTIM_OF_VIOLENCE, Kind.CHILD_SAFETY})


@dataclass(frozen=True, slots=True)
class Need:
    """What a card is for. `other`: the danger is someone else's; `crisis_number`: the person's own, "" for none."""

    kind: Kind
    level: Level
    door: Door | None = None
    country: Country = Country.NL
    other: bool = False
    minor: bool = False
    crisis_number: str = field(default="", repr=False)
    folded: bool = False


def doors_for(directory: Directory, need: Need, language: Language, now: datetime) -> tuple[Helpline, ...]:
    """At most two doors that are open now, the most fitting first; never empty."""
    if need.level is Level.IMMINENT and need.door is not Door.SOON:
        roles = ("emergency", *_NOW_SECOND.get(need.kind.value, ()))
    elif need.minor and need.kind.value in _MINOR_ROUTES:
        roles = _MINOR_ROUTES[need.kind.value]
    else:
        roles = _ROUTES[need.kind.value]
    found = (directory.find(need.country, role, language, now) for role in roles)
    doors = tuple(line for line in found if line is not None)[:_TWO]
    if all(not line.number for line in doors):
        # A GP whose number only the person knows is a real door, but never the only one on a card.
        doors = (*doors[:1], directory.emergency(need.country, language, now))
    return doors


def card_for(directory: Directory, texts: Texts, need: Need, now: datetime) -> Card:
    """The help card beside a reply at elevated or imminent."""
    doors = doors_for(directory, need, texts.language, now)
    if need.crisis_number and not need.other and doors and doors[0].role == "suicide":
        doors = (_own_line(doors[0], need.crisis_number, texts), *doors[:1])[:_TWO]
    subject = "other" if need.other else need.kind.value
    step = "elevated" if need.level is not Level.IMMINENT else ("soon" if need.door is Door.SOON else "now")
    number = directory.emergency(need.country, texts.language, now).number
    closing = texts.pick(f"card.{subject}.closing", emergency=number)
    if doors and doors[0].role == "emergency":
        closing = ""  # the emergency number already stands first
    title = texts.pick(f"card.{subject}.title")
    if need.folded:
        title = texts.pick("folded.neutral" if need.kind in _NEUTRAL_KINDS else "folded.default")
    return Card(
        id=f"{subject}.{step}",
        title=title,
        steps=() if need.folded else texts.all(f"card.{subject}.{step}"),
        doors=doors,
        folded=need.folded,
        closing=closing,
    )


def help_cards(directory: Directory, texts: Texts, country: Country, now: datetime) -> tuple[Card, ...]:
    """The help page: danger now, thoughts of suicide, and the ordinary doors; only what is open now."""
    emergency = directory.emergency(country, texts.language, now)

    def card(name: str, *roles: str) -> Card:
        found = (directory.find(country, role, texts.language, now) for role in roles)
        return Card(
            id=f"help.{name}",
            title=texts.pick(f"help.{name}.title"),
            steps=tuple(step.replace("{emergency}", emergency.number) for step in texts.all(f"help.{name}.steps")),
            doors=tuple(line for line in found if line is not None),
        )

    cards = (
        card("danger", "emergency"),
        card("suicide", "suicide"),
        card("urgent", "gp", "gp_out_of_hours"),
        card("violence", "violence", "sexual_violence"),
        card("young", "youth", "young_adult"),
        card("talk", "listening", "advice"),
        card("substances", "poison", "substance"),
    )
    return tuple(card for card in cards if card.doors)


def _own_line(like: Helpline, number: str, texts: Texts) -> Helpline:
    return Helpline(
        id="own",
        country=like.country,
        name=texts.pick("help.own_line"),
        role="own",
        number=number,
        chat_url="",
        hours_text="",
        audience="",
        source_date="",
        recheck_by="",
    )
