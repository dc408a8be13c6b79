"""What the guided conversation says, measured over sixty conversations of tired, sad, angry and sarcastic people."""

import re
from collections.abc import Callable, Iterable

import pytest

from app.responders.guided.data import GuidedData
from app.responders.guided.scene import Row, about, row_of
from guardrails.humanness.shaping import count_words, is_question, key, wrong_language
from guardrails.sentences import sentences
from guardrails.values import Language
from tests.responders.guided.conftest import Talk, Turn, probes

_WORD = re.compile(r"[^\W\d_]+")
_FIXED = ("crisis.", "concern.")
_SHORT = 4  # words; so few say too little to be touched by more than a fitting answer


def share(turns: Iterable[Turn], holds: Callable[[Turn], bool]) -> tuple[float, list[str]]:
    """How often something holds, and the turns in which it does not."""
    all_turns = list(turns)
    missed = [f"{turn.said!r} -> {turn.reply!r}" for turn in all_turns if not holds(turn)]
    return 1 - len(missed) / len(all_turns), missed


def test_the_probe_set_has_forty_dutch_and_twenty_english_conversations() -> None:
    rows = probes()
    assert [sum(row["lang"] == lang for row in rows) for lang in ("nl", "en")] == [40, 20]
    assert all(6 <= len(row["messages"]) <= 12 for row in rows)


def test_every_reply_touches_what_was_said(turns: list[Turn], both: dict[Language, GuidedData]) -> None:
    part, missed = share((t for t in turns if t.calm), lambda turn: touches(turn, both[turn.plan.language]))
    assert part >= 0.95, "\n".join(missed)


def test_a_reply_holds_at_most_one_question(turns: list[Turn]) -> None:
    part, missed = share(turns, lambda turn: sum(is_question(s) for s in turn.sentences) <= turn.plan.may_ask)
    assert part == 1, "\n".join(missed)


def test_one_reply_in_three_holds_no_question(turns: list[Turn]) -> None:
    part, _ = share(turns, lambda turn: "?" in turn.reply)
    assert part <= 2 / 3


def test_no_sentence_comes_back_within_a_conversation(talks: dict[str, Talk]) -> None:
    for name, talk in talks.items():
        said = _shown(talk)
        assert len(said) == len(set(said)), (name, sorted(s for s in set(said) if said.count(s) > 1))


def test_every_sentence_is_in_the_language_of_the_person(turns: list[Turn]) -> None:
    part, missed = share(turns, lambda t: not any(wrong_language(s, t.plan.language) for s in t.sentences))
    assert part == 1, "\n".join(missed)


def test_no_reply_is_too_long(turns: list[Turn]) -> None:
    part, missed = share(turns, lambda turn: count_words(turn.reply) <= turn.plan.max_words)
    assert part == 1, "\n".join(missed)


def test_the_review_finds_no_claim_in_a_reply(turns: list[Turn]) -> None:
    part, missed = share(turns, lambda turn: not any(verdict.kinds for verdict in turn.verdicts))
    assert part >= 0.99, "\n".join(missed)


def test_something_is_always_said(turns: list[Turn]) -> None:
    assert share(turns, lambda turn: bool(turn.reply.strip()))[0] == 1


def test_the_row_of_kinds_differs_between_any_two_of_three_replies(
    talks: dict[str, Talk], both: dict[Language, GuidedData]
) -> None:
    same, pairs = 0, 0
    for talk in talks.values():
        rows = [_row(turn, both) for turn in talk.turns if turn.calm and not _steps(turn, both)]
        near = [(a, b) for n, a in enumerate(rows) for b in rows[n + 1 : n + 3]]
        same, pairs = same + sum(a == b for a, b in near), pairs + len(near)
    assert same / pairs <= 0.06


def test_a_goodbye_gets_no_question(turns: list[Turn]) -> None:
    assert share((t for t in turns if t.reading.goodbye), lambda turn: "?" not in turn.reply)[0] == 1


def test_the_program_never_says_ik_outside_quotation_marks(turns: list[Turn]) -> None:
    part, missed = share(turns, lambda turn: not re.search(r"\b(ik|I|I'm|mijn|my)\b", _unquoted(turn.reply)))
    assert part == 1, "\n".join(missed)


SIXTY = {
    "nl": [
        "ik slaap slecht de laatste tijd", "weer wakker om vier uur", "mijn hoofd staat niet stil", "ik ben moe",
        "op mijn werk maak ik fouten", "mijn baas zei er iets van", "ik lig te malen over geld", "weer slecht geslapen",
        "mijn vriend snurkt ook", "ik heb een wekker gezet", "de nacht duurt zo lang", "ik wil gewoon slapen",
    ],
    "en": [
        "i sleep badly these days", "awake again at four", "my head will not be quiet", "i am tired",
        "i make mistakes at work", "my boss said something about it", "i lie there counting money", "slept badly again",
        "my partner snores too", "i set an alarm", "the night takes so long", "i want to sleep",
    ],
}  # fmt: skip


@pytest.mark.parametrize("language", ["nl", "en"])
def test_sixty_turns_on_one_theme_never_repeat(talk: Talk, language: str) -> None:
    talk.language = Language(language)
    for number in range(60):
        talk.say(SIXTY[language][number % 12])
    said = _shown(talk)
    assert len(said) == len(set(said)), sorted(s for s in set(said) if said.count(s) > 1)
    assert all(turn.reply for turn in talk.turns)


@pytest.mark.parametrize("text", ["ik ben moe", "tja"])
def test_the_same_message_sixty_times_never_gets_the_same_sentence(talk: Talk, text: str) -> None:
    for _ in range(60):
        talk.say(text)
    said = _shown(talk)
    assert len(said) == len(set(said)), sorted(s for s in set(said) if said.count(s) > 1)


def _shown(talk: Talk) -> list[str]:
    """What a person saw of the guided sentences, as it counts for repetition; crisis lines may come back."""
    return [key(verdict.shown) for turn in talk.turns if turn.calm for verdict in turn.verdicts if verdict.shown]


def touches(turn: Turn, data: GuidedData) -> bool:
    """Does a reply hold words of the person, or a sentence that is kept for what the message is about or does?"""
    said, reply = _stems(turn.said), _stems(turn.reply)
    if said & reply or turn.reading.goodbye:
        return True
    found = about(turn.said, data).ids
    fitting = {
        key(part)
        for table, ids in found.items()
        for name in ids
        for text in (*data.tables[table][name].says, *data.tables[table][name].asks)
        for part in sentences(text)
    }
    if any(key(part) in fitting for part in turn.sentences):
        return True
    if any(key(part) in _keys(data, "flow.", "order.", *_FIXED) for part in turn.sentences):
        return True
    earlier = frozenset(word for text in turn.earlier for word in _stems(text))
    return len(turn.said.split()) <= _SHORT and (bool(earlier & reply) or _answers_shortly(turn, data))


def _answers_shortly(turn: Turn, data: GuidedData) -> bool:
    places = ("short", "choice", "room", "offer_refused", "unhelpful", "listen", "felt", "same")
    return any(key(part) in _keys(data, *places) for part in turn.sentences)


def _keys(data: GuidedData, *places: str) -> set[str]:
    """Keys of all sentences of the lines at these places."""
    lines = [text for place, texts in data.lines.items() if place.startswith(places) for text in texts]
    return {key(part) for text in lines for part in sentences(text)}


def _stems(text: str) -> frozenset[str]:
    return frozenset(word.lower()[:5] for word in _WORD.findall(text) if len(word) > 3)


def _row(turn: Turn, both: dict[Language, GuidedData]) -> Row:
    return row_of(turn.reply, (*turn.earlier, turn.said), both[turn.plan.language])


def _steps(turn: Turn, both: dict[Language, GuidedData]) -> bool:
    """A step of something that was begun, an ending or a first sign of danger: these have a row of their own."""
    fixed = _keys(both[turn.plan.language], "flow.", "order.", "goodbye", "concern.")
    return any(key(part) in fixed for part in turn.sentences) or "‘; ‘" in turn.reply or turn.reading.goodbye


def _unquoted(text: str) -> str:
    return re.sub(r"‘.*?’(?!\w)|“.*?”", "", text)
