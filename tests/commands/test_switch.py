"""Changing who answers while the program runs: real files, a real worker, the real desk."""

import asyncio
import importlib.util
from pathlib import Path

import pytest

from app.commands.serving.answering import Switch, Voices, sampling_of, who_answers
from app.commands.serving.keeping import FolderDoor
from app.conversation.clock import SystemClock
from app.conversation.desk import Desk
from app.models.catalogue import load_catalogue
from app.models.folder import ModelFolder
from app.responders.guided import GuidedResponder
from app.settings import read_settings
from guardrails.guard import Guard, load

HOME = Path(__file__).parents[2]
TINY = HOME / "models" / "tiny.gguf"


@pytest.mark.skipif(importlib.util.find_spec("llama_cpp") is None, reason="the engine is not built here")
def test_a_model_answers_without_a_restart_and_goes_again(tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(TINY.read_bytes()[:200_000])

    async def changed() -> list[str]:
        voices = Voices(GuidedResponder.load(HOME))
        desk = Desk(FolderDoor(None), Guard(load(HOME)), voices.cast(), SystemClock(), lambda _: None)
        switch = Switch(desk, voices, HOME)
        seen: list[str] = []
        try:
            for model in (TINY, TINY, broken, TINY, None):
                await switch.use(model)
                seen.append(f"{desk.brain} {switch.loading()}")
                seen.append(f"{await switch.settled()} {desk.brain} {voices.cast().responder.name}")
        finally:
            await switch.aclose()
            await desk.aclose()
        return seen

    loading, loaded = "guided loading", " model llama"
    failed, off = "failed guided guided", ["guided ", " guided guided"]
    expected = [loading, loaded, loading, loaded, loading, failed, loading, loaded, *off]
    assert asyncio.run(changed()) == expected


def test_the_choice_of_the_page_holds_at_the_next_start_unless_another_is_named(tmp_path: Path) -> None:
    folder = ModelFolder(tmp_path / "models")
    folder.add(TINY)
    folder.choose("tiny.gguf")
    settings = read_settings(data_dir=tmp_path)
    assert who_answers(settings, HOME).model == tmp_path / "models" / "tiny.gguf"
    assert who_answers(read_settings(data_dir=tmp_path, model="guided"), HOME).model is None


def test_a_file_that_cannot_be_used_is_named_with_its_reason(tmp_path: Path) -> None:
    from tests.models.test_files import gguf

    path = tmp_path / "x.gguf"
    path.write_bytes(gguf("qwen35"))
    assert who_answers(read_settings(model=str(path)), HOME).missing == "models_hybrid_model"
    assert who_answers(read_settings(model=str(tmp_path / "away.gguf")), HOME).missing == "model_missing"


def test_each_model_of_the_catalogue_has_its_own_sampling() -> None:
    catalogue = load_catalogue(HOME)
    found = {entry.name: sampling_of(catalogue, Path(entry.file)).temperature for entry in catalogue.models}
    assert found["gemma-4-e4b"] != found["ministral-3-8b"]
    assert sampling_of(catalogue, Path("own.gguf")).temperature == 0.7
