"""The system prompts are there, short, and free of their front matter."""

from pathlib import Path

import pytest

from app.responders.llama.prompt import PromptError, load_system_prompt
from guardrails.values import Language


@pytest.mark.parametrize("language", [Language.NL, Language.EN])
def test_a_system_prompt_is_short_and_holds_no_front_matter(home: Path, language: Language) -> None:
    prompt = load_system_prompt(home, language)
    assert 100 < len(prompt.text.split()) <= 220
    assert prompt.version == "2"
    assert "Klankbord" in prompt.text
    assert "owner:" not in prompt.text
    assert "version" not in prompt.text


def test_another_language_gets_the_dutch_prompt(home: Path) -> None:
    assert load_system_prompt(home, Language.OTHER) == load_system_prompt(home, Language.NL)


def test_directions_stand_below_their_label(home: Path) -> None:
    prompt = load_system_prompt(home, "nl")
    assert prompt.directions(("Kort.", "Geen vraag.")) == f"{prompt.directions_label}\nKort.\nGeen vraag."
    assert prompt.directions(()) == ""


@pytest.mark.parametrize("source", ["", "Alleen tekst.", "---\nowner: x\n---\nTekst.", "---\nversion: 1\nTekst."])
def test_a_prompt_without_front_matter_says_what_to_do(tmp_path: Path, source: str) -> None:
    file = tmp_path / "prompts" / "nl" / "system.md"
    file.parent.mkdir(parents=True)
    file.write_text(source, encoding="utf-8")
    with pytest.raises(PromptError, match=r"Give system.md its front matter back"):
        load_system_prompt(tmp_path, Language.NL)


def test_a_missing_prompt_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(PromptError, match=r"Put the system prompt back"):
        load_system_prompt(tmp_path, Language.NL)
