"""`uninstall`: removes what this program put on the laptop, says what went and what it cannot reach."""

import os
import secrets
import shutil
import sys
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from app.commands.arguments import Arguments
from app.commands.saying import CommandError, language
from app.commands.serving.runfile import ServeLock, take
from app.settings import SettingsError, read_settings
from app.vault.errors import InUse, VaultError

HOME = Path(__file__).resolve().parents[2]
OURS = ("vault*", "serve.*", "open-*.html", "keys*", "salt*", "ballast*", "models")
"""Everything this program ever makes in a data folder. What else is there belongs to somebody else and stays."""

_YES = {"nl": "verwijder", "en": "remove"}


def run(words: Sequence[str]) -> int:
    """0 when everything went, 1 when something stayed. Raises `CommandError`."""
    parser = Arguments("uninstall")
    parser.add_argument("--data-dir")
    parser.add_argument("--yes", action="store_true")
    given = parser.parse_args(words)
    try:
        folder = read_settings(data_dir=given.data_dir).data_dir
    except SettingsError as error:
        raise CommandError("setting", code=2, name=error.name) from None
    texts = _texts()
    environment = HOME / ".venv"
    _tell(texts["will"].format(folder=folder, environment=environment))
    if not given.yes and not _sure(texts):
        _tell(texts["nothing"])
        return 0
    lines, whole = [*_data(folder, texts)], True
    lines += _environment(environment, texts)
    whole = not any(line.startswith(texts["left_mark"]) for line in lines)
    for line in (*lines, texts["cannot"], texts["end"].format(home=HOME)):
        _tell(line)
    return 0 if whole else 1


def _data(folder: Path, texts: Mapping[str, str]) -> Iterable[str]:
    """Keys first: without them the rest is noise, whatever happens next."""
    if not folder.is_dir() or not any(_found(folder)):
        yield texts["no_data"].format(folder=folder)
        return
    lock = _alone(folder)
    for path in sorted(folder.rglob("*.keys")):
        _destroy(path)
    if sys.platform == "win32":
        lock.release()
    for path in list(_found(folder)):
        _remove(path)
    lock.release()
    left = [*_found(folder)]
    with suppress(OSError):
        folder.rmdir()
    if left:
        yield texts["left"].format(mark=texts["left_mark"], count=len(left), folder=folder)
    elif folder.exists():
        yield texts["others"].format(folder=folder)
    else:
        yield texts["data_gone"].format(folder=folder)


def _alone(folder: Path) -> ServeLock:
    try:
        return take(folder)
    except InUse:
        raise CommandError("already_running") from None
    except VaultError:
        raise CommandError("data_dir") from None


def _environment(path: Path, texts: Mapping[str, str]) -> Iterable[str]:
    if path.is_symlink() or not (path / "pyvenv.cfg").is_file():
        return (texts["no_environment"],)
    _remove(path)
    if path.exists():  # Windows keeps what runs: this program itself
        return (texts["environment_left"].format(mark=texts["left_mark"], path=path),)
    return (texts["environment_gone"].format(path=path),)


def _found(folder: Path) -> Iterable[Path]:
    return sorted({path for pattern in OURS for path in folder.glob(pattern)})


def _destroy(path: Path) -> None:
    """Overwrite a key file in its place; needs no room on the disk."""
    with suppress(OSError), path.open("r+b") as file:
        file.write(secrets.token_bytes(max(1, path.stat().st_size)))
        file.flush()
        os.fsync(file.fileno())
        file.truncate(0)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
        return
    with suppress(OSError):
        path.unlink()


def _sure(texts: Mapping[str, str]) -> bool:
    _tell(texts["ask"].format(word=_YES[language()]))
    return sys.stdin.readline().strip().lower() == _YES[language()]


def _texts() -> Mapping[str, str]:
    data = tomllib.loads((Path(__file__).parent / "uninstall.toml").read_text(encoding="utf-8"))
    return data[language()]


def _tell(line: str) -> None:
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(line.encode(encoding, "replace").decode(encoding) + "\n")
    sys.stdout.flush()
