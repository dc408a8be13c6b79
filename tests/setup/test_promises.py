"""What README and the documents name is there."""

import re

from app.__main__ import COMMANDS
from tests.setup.conftest import HOME

DOCUMENTS = [HOME / "README.md", *sorted((HOME / "docs").glob("*.md"))]


def words(pattern: str) -> set[str]:
    return {name for path in DOCUMENTS for name in re.findall(pattern, path.read_text(encoding="utf-8"))}


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z ]+):", (HOME / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    known = {name for line in targets for name in line.split()}
    named = words(r"`make ([a-z-]+)")
    assert named
    assert named <= known


def test_every_command_that_is_named_exists() -> None:
    named = words(r"python -m app ([a-z]+)")
    assert {"check", "evidence"} <= named
    assert named <= set(COMMANDS)


def test_the_first_lines_say_what_it_was_tried_on() -> None:
    top = (HOME / "README.md").read_text(encoding="utf-8")[:1500]
    assert re.search(r"Debian|Ubuntu", top)
    assert "make run" in top


def test_every_test_that_holds_a_finding_of_the_report_exists() -> None:
    named = re.findall(r"`(tests/[\w./]+)`", (HOME / "docs" / "report.md").read_text(encoding="utf-8"))
    assert len(named) > 30
    assert [path for path in named if not (HOME / path).exists()] == []
