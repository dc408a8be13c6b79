"""`vault`: the same care for what is kept as on the page, for a program that does not run.

Passphrases and codes are asked, or read as lines from standard input; never given as words of the command.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from getpass import getpass
from pathlib import Path

from app.commands.arguments import Arguments
from app.commands.saying import CommandError, say, sentence
from app.settings import SettingsError, read_settings
from app.vault import safekeeping, vault
from app.vault.errors import VaultError

_FILE = {"backup", "restore"}


def run(words: Sequence[str]) -> int:
    """0 when it was done; raises `CommandError` with the sentence of what went wrong."""
    parser = Arguments("vault")
    parser.add_argument("what", choices=tuple(_DONE))
    parser.add_argument("file", nargs="?")
    parser.add_argument("--data-dir")
    asked = vars(parser.parse_args(words))
    what, file = str(asked.pop("what")), asked.pop("file")
    if (what in _FILE) != (file is not None):
        parser.error("")
    try:
        folder = read_settings(**asked).data_dir
        _DONE[what](folder, Path(file or ""))
    except SettingsError as error:
        raise CommandError("setting", code=2, name=error.name) from None
    except VaultError as error:
        raise CommandError(f"vault_{error.code}") from None
    return 0


def _passphrase(folder: Path, _file: Path) -> None:
    old, new = _secret("vault_ask_old"), _secret("vault_ask_new")
    if _secret("vault_ask_again") != new:
        raise CommandError("vault_differ")
    vault.change_passphrase(folder, old, new)
    say("vault_passphrase_done")


def _code(folder: Path, _file: Path) -> None:
    say("vault_code", code=safekeeping.new_recovery_code(folder, _secret("vault_ask")).text)
    _typed_back(folder)


def _key(folder: Path, _file: Path) -> None:
    say("vault_code", code=safekeeping.new_key(folder, _secret("vault_ask")).text)
    _typed_back(folder)


def _typed_back(folder: Path) -> None:
    safekeeping.check_recovery_code(folder, _secret("vault_ask_code"))
    say("vault_code_done")


def _backup(folder: Path, file: Path) -> None:
    secret = _secret("vault_ask")
    store = vault.unlock(folder, secret)
    try:
        safekeeping.back_up(folder, store, secret, file)
    finally:
        store.close()
    say("vault_backup_done")


def _restore(folder: Path, file: Path) -> None:
    safekeeping.restore(folder, file, _secret("vault_ask_backup"))
    say("vault_restore_done")


def _erase(folder: Path, _file: Path) -> None:
    if _line("vault_ask_erase").strip().casefold() != sentence("vault_erase_word"):
        raise CommandError("vault_not_erased")
    safekeeping.erase(folder)
    say("vault_erase_done")


_DONE: Mapping[str, Callable[[Path, Path], None]] = {
    "passphrase": _passphrase,
    "code": _code,
    "key": _key,
    "backup": _backup,
    "restore": _restore,
    "erase": _erase,
}


def _secret(question: str) -> str:
    return getpass(sentence(question) + " ") if sys.stdin.isatty() else _line(question)


def _line(question: str) -> str:
    say(question)
    return sys.stdin.readline().rstrip("\r\n")
