"""`check`: JSON lines in, one line out for each, in order, whatever the terminal speaks."""

import json
from typing import Any

import pytest

from tests.commands.conftest import run_command


def lines(*said: object) -> bytes:
    return b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in said)


def check(kind: str, given: bytes, **more: str) -> tuple[int, list[dict[str, Any]]]:
    done = run_command("check", kind, given=given, **more)
    assert done.stderr == b""
    return done.returncode, [json.loads(line) for line in done.stdout.decode().splitlines()]


def test_messages_are_answered_in_order_with_every_key() -> None:
    said = [{"id": f"m{n}", "text": text} for n, text in enumerate(["Hallo.", "Ik wil niet meer leven.", "Dag."])]
    code, out = check("messages", lines(*said))
    assert code == 0
    assert [line["id"] for line in out] == ["m0", "m1", "m2"]
    keys = {"id", "language", "level", "kinds", "beliefs", "pushback", "ask", "rules", "ms"}
    assert all(keys <= line.keys() for line in out)
    assert [line["level"] for line in out] == ["none", "elevated", "none"]
    assert (out[1]["kinds"], out[1]["ground"], out[1]["ask"]) == (["suicide"], "said", True)
    assert all(line["ms"] > 0 for line in out)


def test_the_context_is_heard_first() -> None:
    asked = [
        {"role": "user", "text": "Het hoeft niet meer."},
        {"role": "assistant", "text": "Denk je aan zelfmoord?"},
    ]
    code, out = check("messages", lines({"id": 1, "text": "ja", "context": asked}, {"id": 2, "text": "ja"}))
    assert code == 0
    assert [line["level"] for line in out] == ["elevated", "none"]


@pytest.mark.parametrize(
    "bad",
    [
        b"{broken",
        b"[]",
        b"5",
        b'{"id": "a"}',
        b'{"text": "a"}',
        b'{"id": true, "text": "a"}',
        b'{"id": "a", "text": 5}',
        b'{"id": "a", "text": "a", "context": "x"}',
        b'{"id": "a", "text": "a", "context": [{"role": "system", "text": "x"}]}',
        b'{"id": "a", "text": "a", "context": [{"role": "user"}]}',
        b"\xff\xfe",
        b"[" * 5000,
    ],
)
def test_a_broken_line_is_named_and_the_rest_goes_on(bad: bytes) -> None:
    given = lines({"id": "a", "text": "hallo"}) + bad + b"\n" + lines({"id": "b", "text": "dag"})
    code, out = check("messages", given)
    assert code == 1
    assert [line.get("id") for line in out] == ["a", None, "b"]
    assert out[1].keys() == {"line", "error"}
    assert out[1]["line"] == 2


def test_an_error_repeats_nothing_of_the_line() -> None:
    _, out = check("messages", b'{"id": "a", "text": ["kanarie"]}\n{kanarie\n')
    assert "kanarie" not in json.dumps(out)


def test_empty_lines_are_passed_over_but_counted() -> None:
    code, out = check("messages", b"\n\n" + lines({"id": "a", "text": "hallo"}) + b"{")
    assert code == 1
    assert [out[0]["id"], out[1]["line"]] == ["a", 4]


def test_utf_8_goes_in_and_out_whatever_the_terminal_speaks() -> None:
    reply = "Ik hou van je. Dat klinkt zwaar, zoals je zegt: ‘één dag tegelijk’ 🌧."
    for speaks in ("utf-8", "ascii", "cp1252"):
        code, out = check(
            "replies", lines({"id": "é🌧", "user": "Ik ben alleen.", "reply": reply}), PYTHONIOENCODING=speaks
        )
        assert code == 0
        assert out[0]["id"] == "é🌧"
        assert "één dag" in out[0]["shown"]


def test_a_bad_sentence_is_blocked_and_the_good_one_stays() -> None:
    reply = {"id": "r", "user": "Ik ben alleen.", "reply": "Ik hou van je. Dat klinkt zwaar."}
    code, out = check("replies", lines(reply))
    assert code == 0
    assert {"id", "verdict", "kinds", "spans", "shown", "ms"} <= out[0].keys()
    assert out[0]["verdict"] == "block"
    assert out[0]["spans"] == ["Ik hou van je."]
    assert out[0]["shown"] == "Dat klinkt zwaar."


def test_a_number_is_held_against_the_country_when_one_is_given() -> None:
    reply = {"user": "Ik wil dood.", "reply": "Bel 988, daar neemt iemand op."}
    _, out = check(
        "replies",
        lines({"id": 1, **reply}, {"id": 2, **reply, "country": "NL"}, {"id": 3, **reply, "country": "XX"}),
    )
    assert "invented_helpline" not in out[0]["kinds"]
    assert "invented_helpline" in out[1]["kinds"]
    assert out[2]["line"] == 3


@pytest.mark.parametrize("words", [(), ("nonsense",), ("messages", "more")])
def test_a_wrong_word_is_one_sentence(words: tuple[str, ...]) -> None:
    done = run_command("check", *words)
    assert (done.returncode, done.stdout) == (2, b"")
    assert len(done.stderr.splitlines()) == 1
