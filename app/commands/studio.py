"""`studio`: the workshop for co-creation, on its own port and data; `studio apply` and `studio take` for its files."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from app.commands.arguments import Arguments
from app.commands.saying import CommandError, complain, say, sentence
from app.settings import GUIDED, Settings, SettingsError, default_data_dir, read_settings
from app.studio.values import StudioError
from app.studio.workshop import is_personal

HOME = Path(__file__).resolve().parents[2]


def run(words: Sequence[str]) -> int:
    """Serve the studio, or handle one of its files. Raises `CommandError`."""
    if words and words[0] == "apply":
        return _apply(words[1:])
    if words and words[0] == "take":
        return _take(words[1:])
    return _serve(words)


def default_folder() -> Path:
    """Beside the person's own data, never in it."""
    own = default_data_dir()
    return own.with_name(f"{own.name}-werkplaats")


def _serve(words: Sequence[str]) -> int:
    settings = _settings(words)
    from app.commands.serving.apart import confine, serve_apart
    from app.commands.serving.workshop import make_studio

    confine()
    return serve_apart(
        settings.data_dir,
        settings.port,
        no_browser=settings.no_browser,
        make=lambda port, sessions: make_studio(settings, HOME, port, sessions),
    )


def _settings(words: Sequence[str]) -> Settings:
    parser = Arguments("studio")
    parser.add_argument("--port", default="0")
    parser.add_argument("--data-dir")
    parser.add_argument("--model", default=GUIDED)
    parser.add_argument("--no-browser", action="store_true")
    found = parser.parse_args(words)
    folder = _folder(found.data_dir)
    try:
        return read_settings(port=found.port, data_dir=folder, model=found.model, no_browser=found.no_browser)
    except SettingsError as error:
        known = error.name in ("port", "model", "data_dir")
        raise CommandError(error.name if known else "setting", code=2, name=error.name) from None


def _folder(given: str | None) -> Path:
    folder = Path(given).expanduser() if given else default_folder()
    if is_personal(folder) or folder.absolute() == default_data_dir().absolute():
        raise CommandError("studio_vault", code=2)
    return folder


def _take(words: Sequence[str]) -> int:
    from app.studio.workshop import take_in
    from app.vault.errors import VaultError
    from app.vault.files import make_folder

    parser = Arguments("studio take")
    parser.add_argument("file")
    parser.add_argument("--data-dir")
    found = parser.parse_args(words)
    folder = _folder(found.data_dir)
    try:
        make_folder(folder)
        name = take_in(folder, Path(found.file), datetime.now(UTC))
    except StudioError:
        raise CommandError("studio_not_a_workshop") from None
    except VaultError:
        raise CommandError("data_dir") from None
    say("studio_taken", name=name)
    return 0


def _apply(words: Sequence[str]) -> int:
    from app.studio.changefile import apply, review

    parser = Arguments("studio apply")
    parser.add_argument("file")
    parser.add_argument("--yes", action="store_true")
    parser.add_argument("--home", default=str(HOME))
    found = parser.parse_args(words)
    home = Path(found.home)
    try:
        reviewed = review(home, Path(found.file))
    except StudioError as error:
        key = error.code if error.code in ("does_not_fit", "change_breaks", "no_such_text") else "bad_changes"
        raise CommandError(f"studio_{key}") from None
    if not reviewed.texts:
        say("studio_no_changes")
        return 0
    print(reviewed.difference)
    if not found.yes and not _agreed():
        complain("studio_not_applied")
        return 1
    apply(home, reviewed)
    say("studio_applied", count=reviewed.count)
    return 0


def _agreed() -> bool:
    print(sentence("studio_ask"), end=" ", flush=True)
    return sys.stdin.readline().strip().lower() in ("j", "ja", "y", "yes")
