"""`vault`: the care for what is kept, by real commands on a real vault; secrets only by standard input."""

from pathlib import Path

import pytest

from app.vault import vault
from app.vault.kdf import FLOOR
from tests.commands.conftest import run_command

OLD, NEW = "een zin met zes gewone woorden", "een heel andere lange zin"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    vault.create(tmp_path / "data", OLD, FLOOR)[0].close()
    return tmp_path / "data"


def vault_command(folder: Path, *words: str, given: str) -> tuple[int, str, str]:
    done = run_command("vault", *words, "--data-dir", str(folder), given=given.encode())
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_the_passphrase_is_changed_and_never_said(folder: Path) -> None:
    code, said, wrong = vault_command(folder, "passphrase", given=f"{OLD}\n{NEW}\n{NEW}\n")
    assert (code, wrong) == (0, "") and OLD not in said and NEW not in said
    vault.unlock(folder, NEW).close()


def test_a_wrong_passphrase_is_one_sentence_and_1(folder: Path) -> None:
    code, _, wrong = vault_command(folder, "code", given="iets heel anders\n")
    assert code == 1 and "klopt niet" in wrong and "iets heel anders" not in wrong


def test_backup_erase_and_restore_bring_it_back(folder: Path, tmp_path: Path) -> None:
    file = str(tmp_path / "kopie")
    assert vault_command(folder, "backup", file, given=f"{OLD}\n")[0] == 0
    assert vault_command(folder, "erase", given="ja\n")[0] == 1
    assert vault.exists(folder)
    assert vault_command(folder, "erase", given="alles wissen\n")[0] == 0
    assert not vault.exists(folder)
    assert vault_command(folder, "restore", file, given=f"{OLD}\n")[0] == 0
    vault.unlock(folder, OLD).close()


def test_a_passphrase_as_a_word_of_the_command_is_refused(folder: Path) -> None:
    assert vault_command(folder, "code", OLD, given="")[0] == 2
