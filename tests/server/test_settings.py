"""Settings: environment first, flags above it; nothing of a value in an error."""

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from app.settings import Settings, SettingsError, default_data_dir, read_settings, who_is_responsible


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("KLANKBORD_")]:
        monkeypatch.delenv(name)


def test_without_anything_it_keeps_on_this_laptop_and_answers_guided() -> None:
    settings = read_settings()
    assert (settings.port, settings.model_path, settings.keeps_nothing) == (0, None, False)
    assert settings.data_dir == default_data_dir()


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KLANKBORD_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("KLANKBORD_PORT", "8765")
    monkeypatch.setenv("KLANKBORD_MODEL", str(tmp_path / "m.gguf"))
    settings = read_settings()
    assert (settings.data_dir, settings.port, settings.model_path) == (tmp_path, 8765, tmp_path / "m.gguf")


def test_a_flag_wins_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KLANKBORD_PORT", "8765")
    assert read_settings(port="9000").port == 9000
    assert read_settings(port=None).port == 8765


def test_empty_and_unknown_variables_count_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KLANKBORD_PORT", "")
    monkeypatch.setenv("KLANKBORD_BROWSER", "/usr/bin/chromium")
    assert read_settings().port == 0


@pytest.mark.parametrize("port", ["x", "-1", "65536", "8.5"])
def test_a_wrong_port_is_named_and_not_repeated(port: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings(port=port)
    assert refused.value.name == "port"
    assert str(refused.value) == "port"


def test_a_testers_server_needs_a_token_and_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for token in ("", "   "):
        monkeypatch.setenv("KLANKBORD_API_TOKEN", token)
        with pytest.raises(SettingsError, match="api_token"):
            read_settings(api=True)
    monkeypatch.setenv("KLANKBORD_API_TOKEN", "s3cret-token")
    settings = read_settings(api=True)
    assert settings.keeps_nothing
    assert "s3cret" not in repr(settings)


def test_settings_are_frozen_and_know_no_other_names() -> None:
    with pytest.raises(ValidationError):
        Settings().port = 1  # pyright: ignore[reportAttributeAccessIssue]
    with pytest.raises(SettingsError, match="spy"):
        read_settings(spy="1")


def test_who_is_responsible_comes_from_the_environment_or_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KLANKBORD_DATA_DIR", str(tmp_path))
    assert who_is_responsible(read_settings()) == ""
    (tmp_path / "responsible.txt").write_text("Stichting Voorbeeld,\n\tbel 010 000 00 00.\n", encoding="utf-8")
    assert who_is_responsible(read_settings()) == "Stichting Voorbeeld, bel 010 000 00 00"
    monkeypatch.setenv("KLANKBORD_RESPONSIBLE", "GGZ Ergens")
    assert who_is_responsible(read_settings()) == "GGZ Ergens"
    (tmp_path / "responsible.txt").write_bytes(b"\xff")
    monkeypatch.setenv("KLANKBORD_RESPONSIBLE", " ")
    assert who_is_responsible(read_settings()) == ""
