"""The commands themselves: what is said when there is none, in the language of the terminal, and how fast."""

import subprocess
import sys
import tomllib

import pytest

from app.__main__ import COMMANDS
from tests.commands.conftest import HOME, environment, run_command

SENTENCES = tomllib.loads((HOME / "app" / "commands" / "sentences.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("word", ["server", "../serve", "__main__", "studio"])
def test_an_unknown_command_is_one_sentence_and_2(word: str) -> None:
    done = run_command(word)
    assert done.returncode == 2
    assert done.stderr.decode() == f"Deze opdracht bestaat niet. Kies uit: {', '.join(COMMANDS)}.\n"


def test_no_command_says_which_there_are() -> None:
    assert ",".join(COMMANDS) in run_command().stderr.decode()


def test_the_terminal_decides_the_language() -> None:
    assert run_command("server", LANG="en_GB.UTF-8").stderr.startswith(b"There is no such command.")
    assert run_command("server", LANG="C.UTF-8").stderr.startswith(b"Deze opdracht bestaat niet.")


def test_both_languages_say_the_same_things() -> None:
    assert SENTENCES["status"] == "concept"
    assert SENTENCES["nl"].keys() == SENTENCES["en"].keys()
    for key, text in SENTENCES["nl"].items():
        assert text.count("{") == SENTENCES["en"][key].count("{"), key


def test_check_loads_nothing_of_the_server() -> None:
    script = "import sys, app.commands.check; print([m for m in sys.modules if m.split('.')[0] in sys.argv[1:]])"
    heavy = ["fastapi", "starlette", "uvicorn", "jinja2", "sqlcipher3", "llama_cpp", "pydantic"]
    done = subprocess.run(
        [sys.executable, "-c", script, *heavy], cwd=HOME, env=environment(), capture_output=True, check=True
    )
    assert done.stdout.strip() == b"[]"
