"""The image is not built here, for want of an engine: its steps are read, and tried in a clean folder."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from app.setup.machine import cmake_args
from tests.setup.conftest import HOME

TEXT = (HOME / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
STEPS = [tuple(line.split(None, 1)) for line in TEXT.splitlines() if re.match(r"[A-Z]+ ", line)]


def steps(name: str) -> list[str]:
    return [words for step, words in STEPS if step == name]


def last_stage() -> list[tuple[str, ...]]:
    begins = max(place for place, (step, _) in enumerate(STEPS) if step == "FROM")
    return STEPS[begins:]


def test_everything_that_is_copied_exists() -> None:
    sources = [word for words in steps("COPY") if "--from" not in words for word in words.split()[:-1]]
    assert sources
    assert [name for name in sources if not (HOME / name).exists()] == []


def test_nobody_is_root_when_it_runs_and_it_listens_on_its_own_address() -> None:
    names = [step for step, _ in last_stage()]
    assert names.index("USER") < names.index("ENTRYPOINT")
    assert int(steps("USER")[-1]) > 0
    assert "0.0.0.0" not in TEXT


def test_the_flags_for_the_processor_are_named() -> None:
    assert cmake_args("x86_64", fast=True) in steps("ARG")[0].replace('"', "")


def test_packages_come_from_the_locks_with_their_hashes() -> None:
    installs = [part for words in steps("RUN") for part in words.split("&&") if "-m pip" in part]
    assert len(installs) >= 4
    for part in installs:
        assert "--no-deps" in part
        assert "--require-hashes" in part or "--no-index" in part
        assert "://" not in part


def test_what_is_copied_is_enough_to_answer(tmp_path: Path) -> None:
    """The folders of the last stage in a clean folder, without the rest of the checkout: the guard reads a message."""
    for step, words in last_stage():
        if step == "COPY" and "--from" not in words:
            source, target = words.split()
            shutil.copytree(HOME / source, tmp_path / target.lstrip("/"), ignore=shutil.ignore_patterns("__pycache__"))
    home = tmp_path / steps("WORKDIR")[-1].lstrip("/")
    ran = subprocess.run(
        [sys.executable, "-m", "app", "check", "messages"],
        cwd=home,
        input='{"id": "1", "text": "Ik slaap slecht."}\n',
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert '"level": "none"' in ran.stdout
