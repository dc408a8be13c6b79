"""Which doors fit a danger, a country and an hour, and the card that shows at most two of them."""

from datetime import datetime

from guardrails.referral.helplines import Directory
from guardrails.texts import Texts
from guardrails.values import Card, Country, Door, Helpline, Kind, Level

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


def doors_for(
    directory: Directory,
    *,
    kind: Kind,
    level: Level,
    door: Door | None,
    minor: bool,
    country: Country,
    texts: Texts,
    now: datetime,
) -> tuple[Helpline, ...]:
    """At most two doors that are open now, the most fitting first; never empty."""
    if level is Level.IMMINENT and door is not Door.SOON:
        roles = ("emergency", *_NOW_SECOND.get(kind.value, ()))
    elif minor and kind.value in _MINOR_ROUTES:
        roles = _MINOR_ROUTES[kind.value]
    else:
        roles = _ROUTES[kind.value]
    found = (directory.find(country, role, texts.language, now) for role in roles)
    doors = tuple(line for line in found if line is not None)[:_TWO]
    if all(not line.number for line in doors):
        # A GP whose number only the person knows is a real door, but never the only one on a card.
        doors = (*doors[:1], directory.emergency(country, texts.language, now))
    return doors


def card_for(
    directory: Directory,
    texts: Texts,
    *,
    kind: Kind,
    level: Level,
    door: Door | None,
    other: bool,
    minor: bool,
    country: Country,
    crisis_number: str,
    folded: bool,
    now: datetime,
) -> Card:
    """The help card beside a reply at elevated or imminent."""
    doors = doors_for(
        directory, kind=kind, level=level, door=door, minor=minor, country=country, texts=texts, now=now
    )
    if crisis_number and not other and doors and doors[0].role == "suicide":
        doors = (_own_line(doors[0], crisis_number, texts), *doors[:1])[:_TWO]
    subject = "other" if other else kind.value
    step = "elevated" if level is not Level.IMMINENT else ("soon" if door is Door.SOON else "now")
    emergency = directory.emergency(country, texts.language, now).number
    closing = texts.pick(f"card.{subject}.closing", emergency=emergency)
    if doors and doors[0].role == "emergency":
        closing = ""  # the emergency number already stands first
    title = texts.pick(f"card.{subject}.title")
    if folded:
        title = texts.pick("folded.neutral" if kind in _NEUTRAL_KINDS else "folded.default")
    return Card(
        id=f"{subject}.{step}",
        title=title,
        steps=() if folded else texts.all(f"card.{subject}.{step}"),
        doors=doors,
        folded=folded,
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
