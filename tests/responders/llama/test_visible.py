"""Of the tokens a model writes, a person sees whole characters and no thinking aloud."""

from app.responders.llama.engine import Visible

SPELLED = [
    b"<|channel>",
    b"thought",
    b"<channel|>",
    b"Hal",
    b"lo ",
    b"\xc3",
    b"\xab",
    b"\xff",
    b"<think>",
    b"hm",
]


class Spelling:
    """Spells its own tokens; the markers are control tokens, as in a real vocabulary."""

    def text(self, token: int) -> str:
        return SPELLED[token].decode("utf-8", errors="ignore")

    def spell(self, token: int, *, special: bool) -> bytes:
        return SPELLED[token]


def test_thoughts_and_broken_characters_are_left_out() -> None:
    visible = Visible(Spelling())
    assert [visible.text(token) for token in range(10)] == ["", "", "", "Hal", "lo ", "", "ë", "", "", ""]


def test_an_answer_goes_on_after_the_thought() -> None:
    visible = Visible(Spelling())
    assert "".join(visible.text(token) for token in (0, 1, 2, 3, 8, 9)) == "Hal"
