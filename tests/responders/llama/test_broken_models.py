"""A file that is no usable model ends in one code, whatever native code does with it."""

import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from app.responders.llama import LlamaResponder
from app.responders.protocol import ResponderUnavailable

Answer = Callable[..., Awaitable[str]]
Run = Callable[..., Any]


def code_of(run: Run, answer: Answer, model: Path) -> str:
    async def story(responder: LlamaResponder) -> str:
        with pytest.raises(ResponderUnavailable) as failed:
            await answer(responder, "Hallo.")
        assert "Hallo" not in repr(failed.value)
        return failed.value.code

    return run(story, model=model)


def test_a_missing_file_is_named_so(run: Run, answer: Answer, tmp_path: Path) -> None:
    assert code_of(run, answer, tmp_path / "weg.gguf") == "model_missing"


@pytest.mark.parametrize("part", ["text", "empty", "header", "half", "no template", "bad template", "garbage inside"])
def test_a_file_that_is_no_model_is_broken(run: Run, answer: Answer, tmp_path: Path, tiny: Path, part: str) -> None:
    whole = tiny.read_bytes()
    at = whole.index(b"tokenizer.chat_template")
    damaged = {
        "text": b"Dit is een brief en geen taalmodel.\n" * 50,
        "empty": b"",
        "header": whole[:64],
        "half": whole[: len(whole) // 2],
        "no template": whole[:at] + b"tokenizer.chat_temp1ate" + whole[at + 23 :],
        "bad template": whole.replace(b"{% endfor %}", b"{% endfoo %}"),
        "garbage inside": whole[:40] + b"\xff" * 4000 + whole[4040:],
    }
    model = tmp_path / "model.gguf"
    model.write_bytes(damaged[part])
    assert code_of(run, answer, model) == "model_broken"


def test_a_folder_is_no_model(run: Run, answer: Answer, tmp_path: Path) -> None:
    assert code_of(run, answer, tmp_path) == "model_missing"


def test_a_good_file_put_in_place_is_used_at_the_next_reply(
    run: Run, answer: Answer, tmp_path: Path, tiny: Path
) -> None:
    model = tmp_path / "model.gguf"
    model.write_text("nog geen model", encoding="utf-8")

    async def story(responder: LlamaResponder) -> str:
        with pytest.raises(ResponderUnavailable):
            await answer(responder, "Hallo.")
        shutil.copyfile(tiny, model)
        return await answer(responder, "Hallo.")

    assert run(story, model=model) == "Hallo. Waar wil je het over hebben?"
