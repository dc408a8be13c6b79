"""`doctor` tells which protections hold, how it knows, and fails when one that should hold does not."""

import json
import sys
import tomllib
from pathlib import Path

import pytest

from app.commands import doctor
from app.hardening.linux import landlock_version
from app.protections import Protection
from tests.commands.conftest import HOME, run_command

TEXTS = tomllib.loads((HOME / "app" / "commands" / "doctor.toml").read_text(encoding="utf-8"))
ON_LINUX = {"gone", "no_internet", "hook", "loopback", "no_core", "not_readable", "no_new_privileges", "private_files"}


def test_what_should_hold_here_holds(tmp_path: Path) -> None:
    done = run_command("doctor", "--json", KLANKBORD_DATA_DIR=str(tmp_path / "none"))
    assert done.returncode == 0, done.stdout
    found = {entry["name"]: entry for entry in json.loads(done.stdout)["protections"]}
    assert found["encryption"]["holds"] is True
    assert all(entry["says"] and entry["how"] for entry in found.values())
    if sys.platform == "linux":
        assert {name for name in ON_LINUX if found[name]["holds"] is not True} == set()
        assert found["model_writes_nothing"]["holds"] is (True if landlock_version() else None)


def test_a_folder_others_can_read_is_a_failure_with_what_to_do(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    done = run_command("doctor", KLANKBORD_DATA_DIR=str(tmp_path))
    assert done.returncode == 1
    assert "[NEE] De map met je gegevens is alleen voor jou." in done.stdout.decode()
    assert "chmod 700" in done.stdout.decode()


def test_swap_on_a_disk_in_clear_is_advice_and_no_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(doctor, "measure", lambda _: (Protection("page_file", False), Protection("gone", None)))
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    assert doctor.run([]) == 0
    said = capsys.readouterr().out
    assert "[look] The system puts no readable memory on the disk." in said
    assert "swapoff" in said
    assert "[not here] Locked really means gone" in said


def test_a_protection_that_broke_is_1(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "measure", lambda _: (Protection("no_internet", False),))
    assert doctor.run(["--json"]) == 1


def test_both_languages_say_the_same_things() -> None:
    assert TEXTS["nl"].keys() == TEXTS["en"].keys()
    names = {key.removesuffix("_how") for key in TEXTS["nl"] if key.endswith("_how")}
    assert names >= ON_LINUX
