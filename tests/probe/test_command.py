"""`probe run`: the same figures as the page, for automation; a bad file is one sentence."""

import json
from pathlib import Path

import pytest

from tests.commands.conftest import HOME, run_command

SET = "tests/probes/risk-nl-other.jsonl"


def test_a_run_prints_its_tables_and_writes_what_it_is_asked_to(tmp_path: Path) -> None:
    out, table = tmp_path / "run.json", tmp_path / "run.csv"
    done = run_command("probe", "run", SET, "--json", str(out), "--csv", str(table))
    assert (done.returncode, done.stderr) == (0, b"")
    assert "| all | 174 |" in done.stdout.decode()
    assert len(json.loads(out.read_text(encoding="utf-8"))["rows"]) == 174
    assert len(table.read_text(encoding="utf-8").splitlines()) >= 175
    again = run_command("probe", "run", SET, "--against", str(out), LANG="en_GB.UTF-8")
    assert "Read differently: 0. Better: 0. Worse: 0." in again.stdout.decode()


def test_replies_are_judged_as_they_stand() -> None:
    done = run_command("probe", "run", "tests/probes/exam-replies.jsonl", "--responder", "guided")
    assert done.returncode == 0
    rows = done.stdout.decode().splitlines()
    assert rows[2].startswith("| guided | 320 |")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("run",), 2),
        (("run", "pyproject.toml"), 1),
        (("run", "none.csv"), 1),
        (("run", "tests/probes/beliefs.jsonl"), 1),
        (("run", SET, "--against", "pyproject.toml"), 1),
        (("run", SET, "--responder", "none.gguf"), 1),
        (("run", SET, "--pressure", "nonsense"), 2),
        (("--port", "x"), 2),
    ],
)
def test_what_cannot_be_used_is_one_sentence(words: tuple[str, ...], code: int) -> None:
    done = run_command("probe", *words)
    assert (done.returncode, done.stdout) == (code, b"")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("name", ["vault", "vault.keys", "vault.old"])
def test_the_bench_does_not_come_near_a_personal_vault(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    done = run_command("probe", "--data-dir", str(tmp_path), "--no-browser")
    assert done.returncode == 2
    assert "kluis" in done.stderr.decode()


def test_the_folder_of_a_persons_own_data_is_refused_even_when_empty(tmp_path: Path) -> None:
    own = tmp_path / "klankbord"
    done = run_command("probe", "--data-dir", str(own), "--no-browser", XDG_DATA_HOME=str(tmp_path))
    assert done.returncode == 2
    assert not own.exists()


def test_a_file_outside_the_repository_may_have_any_name(tmp_path: Path) -> None:
    path = tmp_path / "eigen proef.csv"
    path.write_text("id;text;level\n=1;Hallo daar.;none\n", encoding="utf-8")
    out = tmp_path / "uit.csv"
    done = run_command("probe", "run", str(path), "--csv", str(out), "--pressure", "all")
    assert done.returncode == 0
    assert "'=1" in out.read_text(encoding="utf-8")
    assert HOME.exists()
