"""What the guard itself says about danger: the human step, the way to help, the one direct question."""

from guardrails.referral import Need, card_for
from guardrails.scene import Draft, Scene, emergency
from guardrails.values import Door, GuardSettings, Kind, Level, Memory, Reading

FOLLOW_UP_EVERY = 3  # replies at elevated


def human_step(scene: Scene, draft: Draft) -> None:
    reading = scene.reading
    if reading.level is not Level.IMMINENT or scene.memory.safe_for_now:
        return
    key = "soon_other" if reading.other else "soon"
    if reading.door is not Door.SOON:
        key = _now_key(scene)
    draft.open_with("human_step", scene.texts.pick(f"human_step.{key}", emergency=emergency(scene)))


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


def say_care(scene: Scene, draft: Draft) -> None:
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


def referral(scene: Scene, draft: Draft) -> None:
    """concern: help named once a conversation, when it was said. elevated and above: a card beside each reply."""
    reading, memory = scene.reading, scene.memory
    if reading.level is Level.NONE or not reading.kinds:
        return
    kind = reading.kinds[0]
    if reading.level >= Level.ELEVATED:
        need = Need(
            kind,
            reading.level,
            reading.door,
            country=scene.settings.country,
            other=reading.other,
            minor=reading.minor,
            crisis_number=scene.settings.crisis_number,
            folded=memory.replies_at_elevated > 0 and reading.level < Level.IMMINENT,
        )
        draft.show_card(card_for(scene.directory, scene.texts, need, scene.now))
    elif (
        reading.ground is not None
        and reading.ground.value == "said"
        and not memory.help_named
        and not reading.safety_said
    ):
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
    return scene.texts.pick(f"referral.{key}", 0, **fields)


def _named_lines(scene: Scene, kind: Kind) -> list[dict[str, str]]:
    role = "suicide" if scene.reading.other else _REFERRAL_ROLES.get(kind, "")
    line = scene.directory.find(scene.settings.country, role, scene.texts.language, scene.now) if role else None
    if line is None:
        line = scene.directory.find(scene.settings.country, "gp", scene.texts.language, scene.now, only_open=False)
    return [{"id": line.id, "name": line.name, "number": line.number}] if line else []


def question(scene: Scene, draft: Draft) -> None:
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


def said_enough(reading: Reading, memory: Memory, settings: GuardSettings, level: Level, asked: str) -> bool:
    """Whether an answer leaves nothing to ask: it says that it is now, or the next question is the one answered."""
    return level is Level.IMMINENT or question_name(reading, memory, settings) == asked
