"""What no longer fits in the context is kept as a line each: what was said, and what was answered."""

from collections.abc import Sequence
from datetime import date

import pytest

from app.responders.llama.assembly import Assembler
from app.responders.llama.history import Turn, remembered
from app.responders.llama.template import ChatTemplate

TEMPLATE = (
    "{% for m in messages %}<{{ m.role }}>{{ m.content }}</>{% endfor %}{% if add_generation_prompt %}<a>{% endif %}"
)
LABELS = ("Gezegd:", "Geantwoord:")
DROPPED = (
    Turn("user", ("Mijn kat is ziek. Ik ben bang.",)),
    Turn("assistant", ("Dat is schrikken. Bel de dierenarts. Wie kan mee?",)),
)


def tokenise(text: str, special: bool) -> list[int]:
    return list(text.encode())


def prompts(turns: int, context: int, labels: tuple[str, str]) -> list[str]:
    """The prompt of every turn of one long conversation."""
    assembler = Assembler(ChatTemplate(TEMPLATE, today=date(2026, 11, 25)), tokenise, context)
    messages: list[tuple[str, str]] = []
    found: list[str] = []
    for number in range(turns):
        messages.append(("user", f"Feit {number} over mij. En nog wat woorden."))
        tokens = assembler.prompt(system="S", messages=messages, directions="Kort.", room=50, labels=labels)
        found.append(bytes(tokens).decode())
        messages.append(("assistant", f"Raad {number} voor jou. Hoe is dat?"))
    return found


def test_the_first_sentence_of_a_person_and_the_advice_of_a_reply_are_kept() -> None:
    assert remembered(DROPPED, LABELS) == "Gezegd:\n- Mijn kat is ziek.\nGeantwoord:\n- Bel de dierenarts."
    assert remembered(DROPPED, ("", "")) == ""


def test_the_lines_come_once_turns_are_dropped_and_name_the_newest_of_them() -> None:
    found = prompts(60, 2000, LABELS)
    assert "Gezegd:" not in found[0]
    assert found[-1].startswith("<system>S</><user>Gezegd:\n- Feit ")
    assert all(len(prompt) <= 2000 - 50 for prompt in found)


@pytest.mark.parametrize("labels", [LABELS, ("", "")])
def test_the_prefix_changes_seldom_over_three_hundred_turns(labels: tuple[str, str]) -> None:
    found = prompts(300, 4000, labels)
    changed = [turn for turn in range(1, 300) if shared(found[turn - 1], found[turn]) < len(found[turn - 1]) // 2]
    assert changed
    assert len(changed) < 300 / 10
    assert max(map(len, found)) <= 4000


def shared(one: Sequence[str], other: Sequence[str]) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
