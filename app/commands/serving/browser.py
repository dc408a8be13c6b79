"""Opening the page without the token on a command line, which every user of the machine can read."""

import os
import secrets
import sys
import webbrowser
from contextlib import suppress
from html import escape
from pathlib import Path


class Redirect:
    """A file for the owner only that leads a browser to the launch page; removed when it has been used."""

    def __init__(self, folder: Path, url: str) -> None:
        self._path = folder / f"open-{secrets.token_hex(8)}.html"
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(
                '<!doctype html><meta charset="utf-8"><title>Klankbord</title>'
                f'<meta http-equiv="refresh" content="0;url={escape(url)}">'
                f'<a href="{escape(url)}">Klankbord</a>'
            )

    @property
    def url(self) -> str:
        return self._path.absolute().as_uri()

    def remove(self) -> None:
        with suppress(OSError):  # its token works once and ten minutes at most
            self._path.unlink(missing_ok=True)


def open_browser(url: str) -> bool:
    """Whether a browser took it. Only a file of ours may be named: no other address is ever opened from here."""
    if not (url.startswith("file:") and url.endswith(".html")):
        return False
    try:
        return webbrowser.open(url)
    except (webbrowser.Error, OSError):
        return False


def has_display() -> bool:
    """Whether there is a screen to open a page on."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def remove_leftovers(folder: Path) -> None:
    """Redirects of a run that was killed."""
    for path in folder.glob("open-*.html"):
        with suppress(OSError):
            path.unlink()
