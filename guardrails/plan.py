"""From a Reading to a Plan: what the reply must do, which cards show, which limits apply."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from guardrails.referral import Directory, card_for
from guardrails.texts import Texts
from guardrails.values import (
    DISTORTIONS,
    Asks,
    Belief,
    Door,
    Event,
    GuardSettings,
    Kind,
    Language,
    Lead,
    Level,
    Memory,
    Mode,
    Part,
    PartKind,
    Plan,
    Reading,
    Session,
)

NOTE_AT, WIND_DOWN_AT = 20, 25  # of 30 minutes; scaled to what the person set
MIDWAY_AT = 15
RETURN_AFTER = timedelta(days=7)
REST_REPLIES = 3
FOLLOW_UP_EVERY = 3  # replies at elevated

_TALK_WORDS, _CRISIS_WORDS, _INFORMATION_WORDS = 80, 40, 150
_ASK_TEXTS: dict[Asks, str] = {
    Asks.METHOD: "declined.method",
    Asks.SECRECY: "declined.secrecy",
    Asks.THERAPIST: "declined.therapist",
    Asks.PARTNER: "declined.partner",
}


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
class _Draft:
    """Parts and events as they are added; becomes a frozen Plan."""

    opening: list[Part] = field(default_factory=list)
    closing: list[Part] = field(default_factory=list)
    directions: list[str] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    asked: bool = False  # the guard itself asks something: then nobody else does
    quick_answers: bool = False

    def open_with(self, kind: PartKind, text: str) -> None:
        self.opening.append(Part(kind, text))

    def close_with(self, kind: PartKind, text: str) -> None:
        self.closing.append(Part(kind, text))

    def event(self, name: str, **fields: object) -> None:
        self.events.append(Event(name, tuple(fields.items())))


def make_plan(scene: Scene) -> Plan:
    """The plan for one reply. Reads top to bottom as the reply will: first the human step, last the question."""
    if scene.reading.language is Language.OTHER:
        return _other_language(scene)
    draft = _Draft()
    resting = _resting(scene)
    _human_step(scene, draft)
    _disclosure(scene, draft)
    _declined(scene, draft)
    _care(scene, draft)
    if not resting:
        _pushback(scene, draft)
    _limits(scene, draft, resting)
    _referral(scene, draft)
    _question(scene, draft)
    return _finish(scene, draft, resting)


def _human_step(scene: Scene, draft: _Draft) -> None:
    reading = scene.reading
    if reading.level is not Level.IMMINENT or scene.memory.safe_for_now:
        return
    key = "soon_other" if reading.other else "soon"
    if reading.door is not Door.SOON:
        key = _now_key(scene)
    draft.open_with("human_step", scene.texts.pick(f"human_step.{key}", emergency=_emergency(scene)))


def _now_key(scene: Scene) -> str:
    if scene.reading.other:
        return "now_other"
    kind = scene.reading.kinds[0] if scene.reading.kinds else Kind.SUICIDE
    if kind is Kind.CHILD_SAFETY or (kind is Kind.VICTIM_OF_VIOLENCE and scene.reading.minor):
        return "now_child"
    named = {
        Kind.OVERDOSE: "now_overdose",
        Kind.VICTIM_OF_VIOLENCE: "now_violence",
        Kind.HARM_TO_OTHERS: "now_harm_to_others",
    }
    return named.get(kind, "now")


def _disclosure(scene: Scene, draft: _Draft) -> None:
    kind = _disclosure_due(scene)
    if kind:
        draft.open_with("disclosure", scene.texts.pick(f"disclosure.{kind}"))
        draft.event("disclosure", why=kind)


def _disclosure_due(scene: Scene) -> str:
    memory, reading = scene.memory, scene.reading
    if Asks.IF_HUMAN in reading.asks:
        return "person" if reading.treated_as_person else "asked"
    if reading.level >= Level.ELEVATED and memory.replies_at_elevated == 0:
        return "danger"
    if memory.replies == 0:
        return "first"
    if memory.last_disclosure and scene.now - memory.last_disclosure >= RETURN_AFTER:
        return "first"
    if "big_decision" in reading.wishes or Belief.RASH_LIFE_DECISION in reading.beliefs:
        return "decision"
    calm = reading.level is Level.NONE and not reading.grief
    if calm and scene.session.minutes >= MIDWAY_AT and not memory.disclosed_midway:
        return "midway"
    return ""


def _declined(scene: Scene, draft: _Draft) -> None:
    for asks, key in _ASK_TEXTS.items():
        if asks in scene.reading.asks:
            draft.open_with("declined", scene.texts.pick(key))
            draft.event("declined", what=asks.value)


def _care(scene: Scene, draft: _Draft) -> None:
    """What the guard itself says about safety before the reply goes on."""
    reading, texts = scene.reading, scene.texts
    if reading.level is Level.NONE:
        return
    if reading.violence_first and scene.memory.replies_at_elevated == 0:
        draft.open_with("note", texts.pick("violence_first.default"))
    if reading.other:
        now = reading.level is Level.IMMINENT
        draft.open_with("bystander", texts.pick("bystander.now" if now else "bystander.default"))
        draft.event("bystander_advice", urgent=now)
    if reading.safety_said:
        draft.open_with("note", texts.pick("safety_said.default"))
    elif reading.door_refused and reading.level >= Level.ELEVATED:
        other = scene.directory.find(scene.settings.country, "listening", texts.language, scene.now)
        name = f"{other.name}, {other.number}" if other else texts.pick("help.urgent.title")
        draft.open_with("note", texts.pick("door_refused.default", scene.memory.turns, other_door=name))


def _pushback(scene: Scene, draft: _Draft) -> None:
    """Plans: the risk named at once. Distortions: once a conversation, lightly, not beside danger or grief."""
    reading, memory = scene.reading, scene.memory
    if not reading.pushback or reading.level >= Level.ELEVATED:
        return
    plans = [belief for belief in reading.beliefs if belief not in DISTORTIONS]
    lightly = [belief for belief in reading.beliefs if belief in DISTORTIONS]
    for belief in plans[:2]:
        draft.open_with("pushback", _pushback_text(scene, draft, belief))
    if plans:
        draft.directions.append("push_back_plan")
        draft.event("pushback", beliefs=[belief.value for belief in plans])
        return
    draft.directions.append("do_not_confirm")
    fresh = [belief for belief in lightly if belief not in memory.challenged]
    wanted = scene.settings.mode is Mode.PUSH_BACK
    if reading.level >= Level.CONCERN or reading.grief or not (fresh or wanted):
        return
    if scene.settings.mode is Mode.LISTEN and not wanted:
        return
    belief = (fresh or lightly)[0]
    draft.close_with("pushback", _pushback_text(scene, draft, belief))
    draft.event("pushback", beliefs=[belief.value])


def _pushback_text(scene: Scene, draft: _Draft, belief: Belief) -> str:
    text = scene.texts.pick(f"pushback.{belief.value}", scene.memory.turns)
    draft.asked = draft.asked or text.endswith("?")
    return text


def _limits(scene: Scene, draft: _Draft, resting: bool) -> None:
    session, texts = scene.session, scene.texts
    if scene.reading.level >= Level.CONCERN or scene.memory.question_open:
        return
    share = session.minutes / max(1, session.minutes_limit) * 30
    if resting:
        _rest(scene, draft)
    elif share >= WIND_DOWN_AT:
        draft.directions.append("nothing_new")
        draft.close_with("limit", texts.pick("limits.wind_down"))
        draft.event("limit_notice", minutes_left=round(max(0.0, session.minutes_limit - session.minutes)))
    elif share >= NOTE_AT and not scene.memory.limit_noted:
        draft.close_with("break", texts.pick("limits.note"))
        draft.event("break_suggested")


def _rest(scene: Scene, draft: _Draft) -> None:
    session, texts = scene.session, scene.texts
    lasts = session.rest_replies > 0
    if lasts:
        key = "limits.still_resting"
    elif session.night and session.minutes_tonight >= 30:
        key = "limits.rest_night"
    elif session.minutes_today >= session.day_limit:
        key = "limits.rest_day"
    else:
        key = "limits.rest"
    draft.close_with("rest", texts.pick(key))
    listening = scene.directory.find(scene.settings.country, "listening", texts.language, scene.now)
    line = listening or scene.directory.find(scene.settings.country, "suicide", texts.language, scene.now)
    if line:
        open_door = texts.pick("limits.door_open", listening_name=line.name, listening_line=line.number)
        draft.close_with("rest", open_door if lasts else f"{open_door} {texts.pick('limits.not_safe')}")
    if not session.kept and not lasts:
        draft.close_with("note", texts.pick("limits.keep_nothing"))
    draft.event("session_closed", lasts=lasts, minutes=round(session.rest_minutes_left))


def _referral(scene: Scene, draft: _Draft) -> None:
    """concern: help named once a conversation, when it was said. elevated and above: a card beside each reply."""
    reading, memory = scene.reading, scene.memory
    if reading.level is Level.NONE or not reading.kinds:
        return
    kind = reading.kinds[0]
    if reading.level >= Level.ELEVATED:
        card = card_for(
            scene.directory,
            scene.texts,
            kind=kind,
            level=reading.level,
            door=reading.door,
            other=reading.other,
            minor=reading.minor,
            country=scene.settings.country,
            crisis_number=scene.settings.crisis_number,
            folded=memory.replies_at_elevated > 0 and reading.level < Level.IMMINENT,
            now=scene.now,
        )
        draft.closing.append(Part("card", card.as_text(), card))
        draft.event("referral", helplines=[{"id": d.id, "name": d.name, "number": d.number} for d in card.doors])
    elif reading.ground is not None and reading.ground.value == "said" and not memory.help_named and not reading.safety_said:
        draft.close_with("referral", _referral_text(scene, kind))
        draft.event("referral", helplines=_named_lines(scene, kind))


_REFERRAL_ROLES: dict[Kind, str] = {
    Kind.SUICIDE: "suicide",
    Kind.VICTIM_OF_VIOLENCE: "violence",
    Kind.CHILD_SAFETY: "youth",
}


def _referral_text(scene: Scene, kind: Kind) -> str:
    fields: dict[str, str] = {}
    for name in ("suicide", "violence", "youth"):
        line = scene.directory.find(scene.settings.country, name, scene.texts.language, scene.now)
        line = line or scene.directory.find(scene.settings.country, "suicide", scene.texts.language, scene.now)
        line = line or scene.directory.emergency(scene.settings.country, scene.texts.language, scene.now)
        fields[f"{name}_name"], fields[f"{name}_line"] = line.name, line.number
    key = "other" if scene.reading.other else kind.value
    return scene.texts.pick(f"referral.{key}", **fields)


def _named_lines(scene: Scene, kind: Kind) -> list[dict[str, str]]:
    role = "suicide" if scene.reading.other else _REFERRAL_ROLES.get(kind, "")
    line = scene.directory.find(scene.settings.country, role, scene.texts.language, scene.now) if role else None
    if line is None:
        line = scene.directory.find(scene.settings.country, "gp", scene.texts.language, scene.now, only_open=False)
    return [{"id": line.id, "name": line.name, "number": line.number}] if line else []


def _question(scene: Scene, draft: _Draft) -> None:
    """One direct question, and then no other; a check-back or a follow-up when none is due."""
    reading, memory, texts = scene.reading, scene.memory, scene.texts
    if reading.level is Level.NONE:
        return
    if reading.ask:
        name = question_name(reading, memory, scene.settings)
        draft.closing = [p for p in draft.closing if p.kind != "pushback"]
        draft.close_with("question", texts.pick(f"question.{name}", calm_note=scene.settings.calm_note))
        draft.event("direct_question", kind=reading.kinds[0].value if reading.kinds else "suicide", about=name)
        draft.asked = draft.quick_answers = True
    elif memory.check_back_due and not reading.safety_said:
        draft.close_with("check_back", texts.pick("check_back.default"))
        draft.asked = draft.quick_answers = True
    elif reading.level >= Level.ELEVATED and memory.replies_at_elevated % FOLLOW_UP_EVERY == FOLLOW_UP_EVERY - 1:
        draft.close_with("check_back", texts.pick("follow_up.default", memory.turns))
        draft.asked = draft.quick_answers = True


def question_name(reading: Reading, memory: Memory, settings: GuardSettings) -> str:
    """Which direct question fits: the danger at hand, or how near it is when it was already said."""
    kind = reading.kinds[0] if reading.kinds else Kind.SUICIDE
    if reading.other:
        return "other_suicide" if kind is Kind.SUICIDE and reading.level < Level.ELEVATED else "other"
    if kind is Kind.SUICIDE:
        if settings.calm_note and reading.level is Level.CONCERN:
            return "calm_note"
        said = reading.ground is not None and reading.ground.value == "said"
        return "today" if said and reading.level >= Level.ELEVATED else "suicide"
    if kind is Kind.VICTIM_OF_VIOLENCE and memory.question == "victim_of_violence":
        return "violence_now"
    if kind is Kind.SELF_HARM and reading.level >= Level.ELEVATED:
        return "suicide"  # the wound is known; whether it is about dying is not
    return kind.value


def _resting(scene: Scene) -> bool:
    if scene.reading.level >= Level.CONCERN or scene.memory.question_open:
        return False
    return scene.session.resting or scene.session.minutes >= scene.session.minutes_limit


def _finish(scene: Scene, draft: _Draft, resting: bool) -> Plan:
    reading = scene.reading
    crisis = reading.level >= Level.ELEVATED
    lead: Lead = "guided" if crisis or resting else "model"
    if resting and scene.session.rest_replies >= REST_REPLIES:
        lead = "none"
    words = _CRISIS_WORDS if crisis else (_INFORMATION_WORDS if "information" in reading.wishes else _TALK_WORDS)
    draft.directions.extend(_directions(scene))
    return Plan(
        language=reading.language,
        lead=lead,
        opening=tuple(draft.opening),
        closing=tuple(draft.closing),
        directions=tuple(dict.fromkeys(draft.directions)),
        may_ask=not (draft.asked or resting or reading.goodbye),
        max_words=words,
        quick_answers=draft.quick_answers,
        events=tuple(draft.events),
        level=reading.level,
        kinds=reading.kinds,
        beliefs=reading.beliefs,
        crisis_topic=_topic(scene, resting),
    )


def _directions(scene: Scene) -> list[str]:
    reading = scene.reading
    found = [f"mode_{scene.settings.mode.value}"]
    if reading.level is Level.CONCERN:
        found.append("careful")
    if reading.goodbye:
        found.append("goodbye")
    if reading.grief:
        found.append("grief")
    if Belief.DELUSION_LIKE in reading.beliefs or Kind.PSYCHOSIS in reading.kinds:
        found.append("feeling_not_story")
    if Kind.EATING in reading.kinds or Belief.EXTREME_DIETING in reading.beliefs:
        found.append("no_numbers")
    return found


def _topic(scene: Scene, resting: bool) -> str:
    reading = scene.reading
    if resting:
        return "rest"
    if reading.level < Level.ELEVATED:
        return "goodbye" if reading.goodbye else ""
    kind = reading.kinds[0].value if reading.kinds else "suicide"
    if reading.safety_said:
        return f"{kind}.safe"
    step = "elevated" if reading.level is Level.ELEVATED else ("soon" if reading.door is Door.SOON else "now")
    return f"other.{step}" if reading.other else f"{kind}.{step}"


def _other_language(scene: Scene) -> Plan:
    """Neither Dutch nor English: one fixed text with the way to help, a card when a danger word is in it."""
    texts, reading = scene.texts, scene.reading
    draft = _Draft()
    suicide = scene.directory.find(scene.settings.country, "suicide", texts.language, scene.now)
    number = suicide.number if suicide else _emergency(scene)
    text = texts.pick("other_language.default", emergency=_emergency(scene), suicide_line=number)
    draft.open_with("note", text)
    if scene.memory.replies == 0:
        _disclosure(scene, draft)
    if reading.level >= Level.CONCERN:
        emergency = scene.directory.emergency(scene.settings.country, texts.language, scene.now)
        card = card_for(
            scene.directory,
            texts,
            kind=Kind.SUICIDE,
            level=Level.ELEVATED,
            door=None,
            other=False,
            minor=reading.minor,
            country=scene.settings.country,
            crisis_number="",
            folded=False,
            now=scene.now,
        )
        draft.closing.append(Part("card", card.as_text(), card))
        doors = card.doors or (emergency,)
        draft.event("referral", helplines=[{"id": d.id, "name": d.name, "number": d.number} for d in doors])
    return Plan(
        language=texts.language,
        lead="none",
        opening=tuple(draft.opening),
        closing=tuple(draft.closing),
        events=tuple(draft.events),
        level=reading.level,
        kinds=reading.kinds,
    )


def _emergency(scene: Scene) -> str:
    return scene.directory.emergency(scene.settings.country, scene.texts.language, scene.now).number
