"""`models get NAME | add FILE | list | verify [FILE] | remove FILE`: language models on the terminal."""

import asyncio
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from app.commands.arguments import Arguments
from app.commands.saying import CommandError, complain, say, sentence
from app.models.catalogue import Catalogue, Entry, load_catalogue
from app.models.folder import ModelFolder
from app.models.getting import Getting, Progress, start_fetch
from app.models.gguf import NotAModel
from app.models.machine import advised, this_machine
from app.settings import SettingsError, read_settings
from app.vault.errors import InUse, VaultError

HOME = Path(__file__).resolve().parents[2]
GIGABYTE = 1_000_000_000
_LOOK_SECONDS = 1.0


def run(words: Sequence[str]) -> int:
    """0 when it was done. Raises `CommandError` with what to do else."""
    parser = Arguments("models")
    parser.add_argument("--data-dir")
    parser.add_argument("--models-dir")
    parser.add_argument("--yes", action="store_true")
    parser.add_argument("task", choices=sorted(_TASKS))
    parser.add_argument("name", nargs="?", default="")
    options = parser.parse_args(words)
    try:
        settings = read_settings(data_dir=options.data_dir, models_dir=options.models_dir)
    except SettingsError as error:
        raise CommandError("setting", code=2, name=error.name) from None
    if options.task in _NAMED and not options.name:
        parser.error("")
    folder = ModelFolder(settings.models_path)
    try:
        folder.make()
        return _TASKS[options.task](load_catalogue(HOME), folder, options.name, options.yes)
    except NotAModel as error:
        raise CommandError(f"models_{error.code}") from None
    except InUse:
        raise CommandError("models_busy") from None
    except FileNotFoundError:
        raise CommandError("models_no_file") from None
    except (VaultError, OSError):
        raise CommandError("models_no_folder") from None


def _list(catalogue: Catalogue, folder: ModelFolder, _name: str, _yes: bool) -> int:
    here = {one.file: one for one in folder.installed()}
    best = advised(catalogue, this_machine())
    for entry in catalogue.models:
        mark = ">" if entry == best else " "
        row = {"mark": mark, "name": entry.name, "title": entry.title, "licence": entry.licence}
        say("models_row", **row, size=_gigabytes(entry.size), state=_state(entry, folder, entry.file in here))
    for one in here.values():
        if catalogue.of_file(one.file) is None:
            say("models_found", file=one.file, size=_gigabytes(one.size))
    if not here:
        say("models_none", name=(best or catalogue.models[0]).name)
    return 0


def _get(catalogue: Catalogue, folder: ModelFolder, name: str, yes: bool) -> int:
    """Everything is said before anything happens."""
    entry = catalogue.find(name)
    if entry is None:
        raise CommandError("models_unknown", names=", ".join(one.name for one in catalogue.models))
    size = _gigabytes(entry.size)
    say("models_once", title=entry.title, maker=entry.maker, licence=entry.licence, size=size)
    say("models_connects", host=urlsplit(catalogue.source.base).netloc)
    if not yes and not _agreed():
        say("models_not")
        return 1
    ended = asyncio.run(_got(entry, folder))
    if ended.phase != "done":
        raise CommandError(f"models_{ended.code or 'no_process'}")
    say("models_done", file=entry.file)
    return 0


async def _got(entry: Entry, folder: ModelFolder) -> Progress:
    getting = Getting(folder, start_fetch)
    await getting.begin(entry.name, folder.received(entry.file), entry.size)
    ending = asyncio.ensure_future(getting.settled())
    try:
        while not (await asyncio.wait({ending}, timeout=_LOOK_SECONDS))[0]:
            _tell(getting.progress)
        return await ending
    finally:
        await getting.aclose()


def _tell(progress: Progress) -> None:
    if progress.phase in ("checking", "waiting"):
        complain(f"models_{progress.phase}")
    elif progress.seconds_left is not None:
        minutes, seconds = divmod(int(progress.seconds_left), 60)
        speed = f"{progress.speed / 1_000_000:.1f}"
        complain("models_progress", percent=progress.percent, speed=speed, left=f"{minutes}:{seconds:02}")


def _add(_catalogue: Catalogue, folder: ModelFolder, name: str, _yes: bool) -> int:
    with _locked(folder):
        added = folder.add(Path(name))
    say("models_added", file=added.file)
    return 0


def _verify(catalogue: Catalogue, folder: ModelFolder, name: str, _yes: bool) -> int:
    files = [_file(catalogue, name)] if name else [one.file for one in folder.installed()]
    good = True
    for file in files:
        right = folder.verify(file)
        good = good and right
        say("models_good" if right else "models_bad", file=file)
    return 0 if good else 1


def _remove(catalogue: Catalogue, folder: ModelFolder, name: str, _yes: bool) -> int:
    file = _file(catalogue, name)
    with _locked(folder):
        if not folder.place(file).is_file() and not folder.received(file):
            raise FileNotFoundError
        folder.remove(file)
    say("models_removed", file=file)
    return 0


class _locked:  # noqa: N801, reads as a word in a with
    """Nobody else writes in the folder meanwhile."""

    def __init__(self, folder: ModelFolder) -> None:
        self._lock = folder.lock()

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_failure: object) -> None:
        self._lock.release()


def _file(catalogue: Catalogue, name: str) -> str:
    """The file of a name in the catalogue, else the name of a file itself."""
    entry = catalogue.find(name)
    return entry.file if entry else name


def _state(entry: Entry, folder: ModelFolder, here: bool) -> str:
    if here:
        return sentence("models_here")
    received = folder.received(entry.file)
    return sentence("models_part", percent=received * 100 // entry.size) if received else sentence("models_away")


def _agreed() -> bool:
    say("models_sure")
    return sys.stdin.readline().strip().lower() == sentence("models_yes")


def _gigabytes(size: int) -> str:
    return f"{size / GIGABYTE:.1f}"


_TASKS: Mapping[str, Callable[[Catalogue, ModelFolder, str, bool], int]] = {
    "list": _list,
    "get": _get,
    "add": _add,
    "verify": _verify,
    "remove": _remove,
}
_NAMED = frozenset({"get", "add", "remove"})
