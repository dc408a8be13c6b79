"""Leaving: what is ours goes, keys first; what is not ours stays; what cannot be reached is named."""

import tomllib
from pathlib import Path

import pytest

from app.commands import uninstall
from tests.commands.conftest import HOME, Start, run_command
from tests.faults.conftest import begin, keep

TEXTS = tomllib.loads((HOME / "app" / "commands" / "uninstall.toml").read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The environment of these tests is never the one that would be removed."""
    home = tmp_path / "program"
    (home / ".venv" / "bin").mkdir(parents=True)
    (home / ".venv" / "pyvenv.cfg").write_text("home = x")
    monkeypatch.setattr(uninstall, "HOME", home)
    return home


def _kept(start: Start) -> Path:
    server = start()
    begin(server)
    keep(server)
    server.stop()
    return server.folder


def test_everything_goes_and_what_cannot_be_reached_is_named(
    start: Start, elsewhere: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "nl_NL.UTF-8")
    folder = _kept(start)
    assert (folder / "vault" / "vault.keys").exists()
    assert uninstall.run(["--data-dir", str(folder), "--yes"]) == 0
    assert not folder.exists()
    assert not (elsewhere / ".venv").exists()
    said = capsys.readouterr().out
    assert "Verwijderd: de map" in said
    assert "reservekopieën" in said
    assert str(elsewhere) in said


def test_files_of_somebody_else_stay(start: Start) -> None:
    folder = _kept(start)
    (folder / "brief.txt").write_text("van mij")
    assert uninstall.run(["--data-dir", str(folder), "--yes"]) == 0
    assert [path.name for path in folder.iterdir()] == ["brief.txt"]


def test_without_the_word_nothing_is_removed(start: Start) -> None:
    folder = _kept(start)
    done = run_command("uninstall", "--data-dir", str(folder), given=b"ja\n")
    assert done.returncode == 0
    assert "Er is niets verwijderd." in done.stdout.decode()
    assert (folder / "vault" / "vault.keys").exists()


def test_a_program_that_runs_is_not_taken_away(start: Start) -> None:
    server = start()
    done = run_command("uninstall", "--data-dir", str(server.folder), given=b"verwijder\n")
    assert done.returncode == 1
    assert "draait al" in done.stderr.decode()
    assert (server.folder / "serve.json").exists()


def test_a_linked_environment_is_left_alone(elsewhere: Path, tmp_path: Path) -> None:
    real = elsewhere / ".venv"
    moved = tmp_path / "real"
    real.rename(moved)
    real.symlink_to(moved, target_is_directory=True)
    uninstall.run(["--data-dir", str(tmp_path / "none"), "--yes"])
    assert moved.exists()


def test_both_languages_say_the_same_things() -> None:
    assert TEXTS["nl"].keys() == TEXTS["en"].keys()
