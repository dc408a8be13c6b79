"""How danger is carried from message to message: rises at once, falls by its ground."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from guardrails.values import Answer, Door, Ground, Kind, Level, Memory, Message, Signal

HORIZON = timedelta(hours=24)
GUESS_FADES_AFTER = 3  # ordinary messages
ASK_AGAIN_AFTER = 6  # replies
OPEN_FOR = 2  # messages that do not answer
WEAK_FADES = 0.7
WEAK_CONCERN, WEAK_ELEVATED = 1.0, 2.0

_NOW_KINDS = frozenset(
    {
        Kind.OVERDOSE,
        Kind.HARM_TO_OTHERS,
        Kind.VICTIM_OF_VIOLENCE,
        Kind.MEDICAL_EMERGENCY,
        Kind.CHILD_SAFETY,
        Kind.SUBSTANCE,
        Kind.EATING,
        Kind.PSYCHOSIS,
    }
)
"""At imminent these go to the emergency number when a rule names no door."""


@dataclass(frozen=True, slots=True)
class Consequence:
    """What an answer to a direct question means."""

    level: Level
    kind: Kind
    door: Door | None = None


_YES: dict[str, Consequence] = {
    "suicide": Consequence(Level.ELEVATED, Kind.SUICIDE),
    "calm_note": Consequence(Level.ELEVATED, Kind.SUICIDE),
    "today": Consequence(Level.IMMINENT, Kind.SUICIDE, Door.NOW),
    "self_harm": Consequence(Level.CONCERN, Kind.SELF_HARM),
    "harm_to_others": Consequence(Level.ELEVATED, Kind.HARM_TO_OTHERS),
    "violence_now": Consequence(Level.IMMINENT, Kind.VICTIM_OF_VIOLENCE, Door.NOW),
    "psychosis": Consequence(Level.ELEVATED, Kind.PSYCHOSIS),
    "mania": Consequence(Level.ELEVATED, Kind.MANIA),
    "overdose": Consequence(Level.IMMINENT, Kind.OVERDOSE, Door.NOW),
    "eating": Consequence(Level.ELEVATED, Kind.EATING),
    "substance": Consequence(Level.ELEVATED, Kind.SUBSTANCE),
    "medical_emergency": Consequence(Level.ELEVATED, Kind.MEDICAL_EMERGENCY),
    "other": Consequence(Level.IMMINENT, Kind.SUICIDE, Door.NOW),
}
_NO: dict[str, Consequence] = {
    # Asked the other way round: a no is the dangerous answer.
    "child_safety": Consequence(Level.IMMINENT, Kind.CHILD_SAFETY, Door.NOW),
    "victim_of_violence": Consequence(Level.ELEVATED, Kind.VICTIM_OF_VIOLENCE),
    "check_back": Consequence(Level.ELEVATED, Kind.SUICIDE),
}
_SOMETIMES: dict[str, Consequence] = {**_YES, "today": Consequence(Level.IMMINENT, Kind.SUICIDE, Door.SOON)}
_SAFE_WHEN_YES = frozenset({"check_back", "follow_up"})


def enter(before: Memory, message: Message) -> Memory:
    """Begin anew what counts per conversation, and let go of danger older than the horizon."""
    memory = before
    if memory.last_sign is not None and message.at - memory.last_sign > HORIZON:
        memory = Memory(
            minor=memory.minor,
            last_disclosure=memory.last_disclosure,
            last_seen=memory.last_seen,
            language=memory.language,
            turns=memory.turns,
            conversation=memory.conversation,
            replies=memory.replies,
            challenged=memory.challenged,
            disclosed_midway=memory.disclosed_midway,
            limit_noted=memory.limit_noted,
            replies_without_question=memory.replies_without_question,
        )
    if message.conversation != memory.conversation:
        memory = replace(
            memory,
            conversation=message.conversation,
            replies=0,
            help_named=False,
            replies_at_elevated=0,
            challenged=frozenset(),
            disclosed_midway=False,
            limit_noted=False,
            replies_without_question=0,
        )
    return memory


def signal_of_answer(memory: Memory, answer: Answer | None) -> Signal | None:
    """The danger that an answer to the open question says, if it says any."""
    table = {Answer.YES: _YES, Answer.NO: _NO, Answer.SOMETIMES: _SOMETIMES}.get(answer) if answer else None
    means = table.get(memory.question) if table else None
    if means is None:
        return None
    kind = memory.kinds[0] if memory.question in ("other", "check_back") and memory.kinds else means.kind
    return Signal(f"answer.{memory.question}", means.level, kind, Ground.SAID, means.door, memory.other)


def safe_by_answer(memory: Memory, answer: Answer | None) -> bool:
    return answer is Answer.YES and memory.question in _SAFE_WHEN_YES


def take_answer(memory: Memory, answer: Answer | None) -> Memory:
    """Close the open question when it was answered, or when two messages passed it by."""
    if not memory.question_open:
        return memory
    if answer is not None:
        memory = replace(memory, question_open=False, question_answered=True)
        return _clear_no(memory) if answer is Answer.NO and memory.question not in _NO else memory
    if (memory.replies_since_question or 0) >= OPEN_FOR:
        return replace(memory, question_open=False)
    return memory


def _clear_no(memory: Memory) -> Memory:
    lowered = Level(max(Level.NONE, memory.guessed - 1))
    return replace(
        memory,
        guessed=lowered,
        weak=0.0,
        asked_words=memory.asked_words | memory.guesses,
        guesses=frozenset(),
    )


def take_denial(memory: Memory) -> Memory:
    """A clear no that was not asked for counts as one, for a guess."""
    return _clear_no(memory) if memory.guessed else memory


def take_safety(memory: Memory) -> Memory:
    """Safety said now: said danger falls to a check-back, a guess is gone."""
    if memory.level is Level.NONE:
        return memory
    still = Level.CONCERN if memory.said >= Level.ELEVATED else Level.NONE
    return replace(
        memory,
        said=still,
        guessed=Level.NONE,
        door=None,
        check_back_due=memory.question != "check_back" and memory.said >= Level.ELEVATED,
        question_answered=True,
        question_open=False,
        safe_for_now=True,
    )


def take_explanation(memory: Memory) -> Memory:
    """The words of the message before were about something else: what was said becomes a guess, to be asked once.

    Only when the danger rose from nothing with that message; what was said before it stands.
    """
    just_now = memory.last_rise is not None and memory.last_rise == memory.last_seen
    if not just_now or memory.rose_from is not Level.NONE or memory.rose_unmistakably:
        return memory
    return replace(memory, said=Level.NONE, guessed=min(memory.level, Level.CONCERN), door=None)


def add_weak(memory: Memory, weak: float, rules: tuple[str, ...]) -> tuple[Memory, Signal | None]:
    """Let weak signals add up; the sum is a guess."""
    total = memory.weak * WEAK_FADES + weak
    memory = replace(memory, weak=total)
    if weak <= 0 or total < WEAK_CONCERN:
        return memory, None
    level = Level.ELEVATED if total >= WEAK_ELEVATED else Level.CONCERN
    return memory, Signal("weak." + "+".join(rules), level, Kind.SUICIDE, Ground.GUESSED)


def carry(before: Memory, signals: tuple[Signal, ...], now: datetime, unmistakable: bool = False) -> Memory:
    """The memory after this message's signs; `unmistakable`: its words could be about nothing else."""
    if not signals:
        return _ordinary(before)
    said = max((s.level for s in signals if s.ground is Ground.SAID), default=Level.NONE)
    guessed = max((s.level for s in signals if s.ground is Ground.GUESSED), default=Level.NONE)
    memory = replace(
        before,
        said=max(before.said, said),
        guessed=max(before.guessed, guessed),
        ordinary_turns=0,
        last_sign=now,
        safe_for_now=False,
        guesses=before.guesses | frozenset(s.asked_as for s in signals if s.ground is Ground.GUESSED),
        kinds=_kinds(signals, before.kinds),
        other=all(s.other for s in signals)
        if before.level is Level.NONE
        else before.other and all(s.other for s in signals),
    )
    if memory.level > before.level:
        memory = replace(
            memory,
            last_rise=now,
            rose_from=before.level,
            rose_unmistakably=unmistakable,
            question_answered=False,
            check_back_due=False,
            replies_at_elevated=0,
        )
        if before.question_answered or not before.question_open:
            memory = replace(memory, replies_since_question=None)
    return replace(memory, door=_door(memory, signals))


def _ordinary(before: Memory) -> Memory:
    if before.level is Level.NONE:
        return replace(before, kinds=(), door=None, guesses=frozenset(), ordinary_turns=before.ordinary_turns + 1)
    turns = before.ordinary_turns + 1
    guessed = Level.NONE if turns >= GUESS_FADES_AFTER else before.guessed
    memory = replace(before, ordinary_turns=turns, guessed=guessed)
    if memory.level is Level.NONE:
        return replace(memory, kinds=(), door=None, guesses=frozenset(), other=False)
    return replace(memory, door=memory.door if memory.level is Level.IMMINENT else None)


def _kinds(signals: tuple[Signal, ...], carried: tuple[Kind, ...]) -> tuple[Kind, ...]:
    ranked = sorted(signals, key=lambda s: (-s.level, s.ground is not Ground.SAID))
    return tuple(dict.fromkeys([*(s.kind for s in ranked), *carried]))


def _door(memory: Memory, signals: tuple[Signal, ...]) -> Door | None:
    if memory.level is not Level.IMMINENT:
        return None
    named = [s.door for s in signals if s.level is Level.IMMINENT and s.door is not None]
    if Door.NOW in named or memory.door is Door.NOW:
        return Door.NOW
    if named or memory.door is not None:
        return Door.SOON
    return Door.NOW if memory.kinds and memory.kinds[0] in _NOW_KINDS else Door.SOON
