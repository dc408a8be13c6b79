"""The locks: every package with its hash, no address of any index, and nothing that has to be guessed."""

import re
from pathlib import Path

import pytest

from tests.setup.conftest import HOME

LOCKS = sorted(HOME.glob("requirements*.lock"))


def entries(lock: Path) -> list[str]:
    text = lock.read_text(encoding="utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]


def test_there_is_a_lock_for_each_part() -> None:
    names = {lock.name for lock in LOCKS}
    assert {"requirements.lock", "requirements-dev.lock", "requirements-llama.lock"} <= names
    assert all(entries(lock) for lock in LOCKS)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_package_is_pinned_and_has_a_hash(lock: Path) -> None:
    for entry in entries(lock):
        assert re.match(r"[A-Za-z0-9._\[\]-]+==[^\s;]+", entry), entry[:80]
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry[:80]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_no_lock_holds_an_address(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*--?(index|extra-index|find-links|trusted-host|i\b)", text, re.MULTILINE)


def test_every_dependency_that_is_named_is_locked() -> None:
    named = re.findall(r'^  "([A-Za-z0-9_.-]+)', (HOME / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    locked = {re.split(r"[=\[]", entry)[0].lower() for lock in LOCKS for entry in entries(lock)}
    missing = {name.lower() for name in named if not re.fullmatch(r"[A-Z0-9]+", name)} - locked
    assert not missing
