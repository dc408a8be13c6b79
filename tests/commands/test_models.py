"""`python -m app models` on the terminal, without a network."""

import subprocess
import sys
from pathlib import Path

HOME = Path(__file__).parents[2]
TINY = HOME / "models" / "tiny.gguf"


def models(folder: Path, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "app", "models", "--models-dir", str(folder), *words]
    return subprocess.run(command, cwd=HOME, input=typed, capture_output=True, text=True, timeout=60, check=False)


def test_a_file_is_added_listed_verified_and_removed(tmp_path: Path) -> None:
    assert models(tmp_path, "add", str(TINY)).returncode == 0
    assert "tiny.gguf" in models(tmp_path, "list").stdout
    assert models(tmp_path, "verify").returncode == 0
    (tmp_path / "tiny.gguf").write_bytes(TINY.read_bytes()[:-1] + b"x")
    assert models(tmp_path, "verify", "tiny.gguf").returncode == 1
    assert models(tmp_path, "remove", "tiny.gguf").returncode == 0
    assert not (tmp_path / "tiny.gguf").exists()


def test_getting_says_size_licence_and_the_connection_before_anything_happens(tmp_path: Path) -> None:
    asked = models(tmp_path, "get", "gemma-4-e4b", typed="nee\n")
    assert asked.returncode == 1
    for stated in ("Apache-2.0", "4.2 GB", "huggingface.co", "Google"):
        assert stated in asked.stdout
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_model_gets_one_plain_sentence(tmp_path: Path) -> None:
    (tmp_path / "x.gguf").write_bytes(b"no")
    for words in (("get", "nothing"), ("add", str(tmp_path / "x.gguf")), ("add", "away.gguf"), ("remove", "away.gguf")):
        answer = models(tmp_path, *words)
        assert answer.returncode == 1
        assert len(answer.stderr.strip().splitlines()) == 1
    assert models(tmp_path, "get").returncode == 2
