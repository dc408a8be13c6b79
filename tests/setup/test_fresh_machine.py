"""What a fresh machine lacks is named in one sentence with its command; what is there is not made twice."""

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.setup.conftest import HOME, Checkout, Ran, make_wheel

_COMMAND = re.compile(r"\b(apt|dnf|brew|winget|xcode-select|ensurepip|g\+\+|chromium)\b")


def one_sentence(ran: Ran) -> str:
    """What was said on failing: one line, no traceback, a command to type."""
    lines = ran.complained.strip().splitlines()
    assert ran.code == 1
    assert len(lines) == 1, ran.complained
    assert _COMMAND.search(lines[0]), lines[0]
    return lines[0]


def test_a_python_without_venv_is_told_what_to_install(checkout: Checkout) -> None:
    assert "venv" in one_sentence(checkout.run("--setup", missing=("ensurepip",)))
    assert not (checkout.root / ".venv").exists()


def test_the_sentence_is_in_the_language_of_the_terminal(checkout: Checkout) -> None:
    dutch = one_sentence(checkout.run("--setup", missing=("ensurepip",)))
    english = one_sentence(checkout.run("--setup", missing=("ensurepip",), lang="en_GB.UTF-8"))
    assert dutch.startswith("Aan deze Python")
    assert english.startswith("This Python")


def test_a_machine_without_a_compiler_is_told_so_before_anything_is_made(checkout: Checkout, tmp_path: Path) -> None:
    assert "C++" in one_sentence(checkout.run("--setup", path=str(tmp_path)))
    assert not (checkout.root / ".venv").exists()


def test_the_tests_say_when_there_is_no_browser(checkout: Checkout, tmp_path: Path) -> None:
    assert "Chromium" in one_sentence(checkout.run("--test", path=str(tmp_path)))


@pytest.mark.parametrize("version", [(3, 6), (3, 10, 13)])
@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_an_old_python_gets_the_command_of_its_system(version: tuple[int, ...], platform: str) -> None:
    code = f"import run; print(run.old_python({version!r}, {platform!r}))"
    said = subprocess.run([sys.executable, "-c", code], cwd=HOME, capture_output=True, text=True, check=True).stdout
    assert f"{version[0]}.{version[1]}" in said
    assert _COMMAND.search(said)
    assert len(said.strip().splitlines()) == 2  # once in Dutch, once in English


def test_a_real_old_python_can_read_the_file_that_says_so() -> None:
    """Without an old Python at hand, its grammar is what is tested."""
    compile((HOME / "run.py").read_text(encoding="utf-8"), "run.py", "exec")
    old = next(filter(None, map(shutil.which, ("python3.7", "python3.8", "python3.9", "python3.10"))), None)
    if old is None or subprocess.run([old, "-V"], capture_output=True, check=False).returncode != 0:
        ast.parse((HOME / "run.py").read_text(encoding="utf-8"), feature_version=(3, 7))
        return
    ran = subprocess.run([old, "run.py", "--setup"], cwd=HOME, capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert "3.11" in ran.stderr


def test_what_is_set_up_is_not_set_up_again_until_the_lock_changes(checkout: Checkout, tmp_path: Path) -> None:
    checkout.lock(make_wheel(tmp_path, "klankje", "1.0"))
    first = checkout.install()
    assert (first.code, checkout.has("klankje")) == (0, "1.0"), first.complained
    log = checkout.root / ".venv" / "klankbord-setup.log"
    log.write_text("as it was", encoding="utf-8")
    again = checkout.install()
    assert (again.code, again.said, again.complained) == (0, "", "")
    assert log.read_text(encoding="utf-8") == "as it was"
    checkout.lock(make_wheel(tmp_path, "klankje", "2.0"))
    assert checkout.install().code == 0
    assert checkout.has("klankje") == "2.0"


def test_a_package_that_is_not_what_the_lock_says_is_not_used(checkout: Checkout, tmp_path: Path) -> None:
    wheel = make_wheel(tmp_path, "klankje", "1.0")
    checkout.lock(wheel)
    make_wheel(tmp_path, "klankje", "1.0").write_bytes(wheel.read_bytes() + b"more")
    ran = checkout.install()
    assert ran.code == 1
    assert "is niet wat het moet zijn" in ran.complained
    assert checkout.has("klankje") == ""
