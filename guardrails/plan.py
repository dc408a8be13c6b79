"""From a Reading to a Plan: what the reply must do, which cards show, which limits apply."""

from datetime import timedelta

from guardrails.care import human_step, question, referral, say_care
from guardrails.referral import Need, card_for
from guardrails.scene import Draft, Scene, emergency
from guardrails.values import (
    DISTORTIONS,
    Asks,
    Belief,
    Door,
    Kind,
    Language,
    Lead,
    Level,
    Mode,
    Plan,
)

NOTE_AT, WIND_DOWN_AT = 20, 25  # of 30 minutes; scaled to what the person set
MIDWAY_AT = 15
RETURN_AFTER = timedelta(days=7)
REST_REPLIES = 3

_TALK_WORDS, _CRISIS_WORDS, _INFORMATION_WORDS = 80, 40, 150
_ASK_TEXTS: dict[Asks, str] = {
    Asks.METHOD: "declined.method",
    Asks.SECRECY: "declined.secrecy",
    Asks.THERAPIST: "declined.therapist",
    Asks.PARTNER: "declined.partner",
}


def make_plan(scene: Scene) -> Plan:
    """The plan for one reply. Reads top to bottom as the reply will: first the human step, last the question."""
    if scene.reading.language is Language.OTHER:
        return _other_language(scene)
    draft = Draft()
    resting = _resting(scene)
    human_step(scene, draft)
    _disclosure(scene, draft)
    _declined(scene, draft)
    say_care(scene, draft)
    if not resting:
        _pushback(scene, draft)
    _limits(scene, draft, resting)
    referral(scene, draft)
    question(scene, draft)
    return _finish(scene, draft, resting)


def _disclosure(scene: Scene, draft: Draft) -> None:
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


def _declined(scene: Scene, draft: Draft) -> None:
    for asks, key in _ASK_TEXTS.items():
        if asks in scene.reading.asks:
            draft.open_with("declined", scene.texts.pick(key))
            draft.event("declined", what=asks.value)


def _pushback(scene: Scene, draft: Draft) -> None:
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


def _pushback_text(scene: Scene, draft: Draft, belief: Belief) -> str:
    text = scene.texts.pick(f"pushback.{belief.value}", scene.memory.turns)
    draft.asked = draft.asked or text.endswith("?")
    return text


def _limits(scene: Scene, draft: Draft, resting: bool) -> None:
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


def _rest(scene: Scene, draft: Draft) -> None:
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


def _resting(scene: Scene) -> bool:
    if scene.reading.level >= Level.CONCERN or scene.memory.question_open:
        return False
    return scene.session.resting or scene.session.minutes >= scene.session.minutes_limit


def _finish(scene: Scene, draft: Draft, resting: bool) -> Plan:
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
    draft = Draft()
    suicide = scene.directory.find(scene.settings.country, "suicide", texts.language, scene.now)
    number = suicide.number if suicide else emergency(scene)
    text = texts.pick("other_language.default", emergency=emergency(scene), suicide_line=number)
    draft.open_with("note", text)
    if scene.memory.replies == 0:
        _disclosure(scene, draft)
    if reading.level >= Level.CONCERN:
        need = Need(Kind.SUICIDE, Level.ELEVATED, country=scene.settings.country, minor=reading.minor)
        draft.show_card(card_for(scene.directory, texts, need, scene.now))
    return Plan(
        language=texts.language,
        lead="none",
        opening=tuple(draft.opening),
        closing=tuple(draft.closing),
        events=tuple(draft.events),
        level=reading.level,
        kinds=reading.kinds,
    )
