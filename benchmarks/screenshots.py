"""`make screenshots`: ten key screens of the real program with the guided conversation, into docs/screenshots."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

HOME = Path(__file__).resolve().parents[1]
SHOTS = HOME / "docs" / "screenshots"
_READY = re.compile(r"http://127\.0\.0\.1:\d+/start/\S+")
_QUIET = ("--no-sandbox", "--disable-background-networking", "--no-first-run", "--no-pings")
_SAID = ("Ik pieker veel over mijn werk.", "Het gaat steeds over mijn baas.")


class Shot(NamedTuple):
    """One screen: its file, how wide in pixels, light or dark, and how to get there."""

    name: str
    width: int
    scheme: Literal["light", "dark"]
    there: Callable[[Page], object]
    begin: bool = True


def _talk(page: Page, said: tuple[str, ...] = _SAID) -> None:
    page.wait_for_load_state()
    for number, text in enumerate(said):
        page.get_by_label("Jouw bericht").fill(text)
        page.get_by_role("button", name="Verstuur").click()
        page.locator(".message.program:not([aria-busy])").nth(number).wait_for()
        page.get_by_role("button", name="Verstuur").wait_for()


def _danger(page: Page) -> None:
    _talk(page, ("Ik wil niet meer leven.",))


def _to(path: str) -> Callable[[Page], object]:
    def go(page: Page) -> None:
        page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/", 3)[2] + path)

    return go


SCREENS = (
    Shot("start-wide-light", 1440, "light", lambda _: None, begin=False),
    Shot("talk-wide-light", 1440, "light", _talk),
    Shot("talk-narrow-dark", 360, "dark", _talk),
    Shot("danger-narrow-light", 360, "light", _danger),
    Shot("help-narrow-light", 360, "light", _to("/hulp")),
    Shot("human-wide-dark", 1440, "dark", _to("/hulp/mens")),
    Shot("tools-wide-light", 1440, "light", _to("/gereedschap")),
    Shot("learn-narrow-light", 360, "light", _to("/leren/sleep")),
    Shot("settings-wide-dark", 1440, "dark", _to("/instellingen")),
    Shot("keep-narrow-dark", 360, "dark", _to("/bewaren")),
)


def main() -> int:
    """Make all of them, or those that are named; each begins with an empty program of its own."""
    names = frozenset(sys.argv[1:])
    SHOTS.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        path = os.environ.get("KLANKBORD_BROWSER") or None
        browser = playwright.chromium.launch(executable_path=path, args=_QUIET)
        for shot in SCREENS:
            if not names or shot.name in names:
                _shoot(browser, shot)
        browser.close()
    return 0


def _shoot(browser: Browser, shot: Shot) -> None:
    with _program() as address:
        height = 900 if shot.width > 600 else 740
        context = browser.new_context(
            locale="nl-NL", viewport={"width": shot.width, "height": height}, color_scheme=shot.scheme
        )
        page = context.new_page()
        page.goto(address)
        if shot.begin:
            page.get_by_role("button", name="Begin").click()
            page.wait_for_url("**/gesprek/*")
        shot.there(page)
        page.screenshot(path=SHOTS / f"{shot.name}.png")
        context.close()
    print(f"{shot.name}.png", flush=True)


@contextmanager
def _program() -> Iterator[str]:
    """The real program on a data folder of its own; its address, valid once."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "app", "serve", "--no-browser", "--model", "guided", "--data-dir", folder]
        serving = subprocess.Popen(command, cwd=HOME, stdout=subprocess.PIPE, text=True)
        try:
            found = next(filter(None, map(_READY.search, serving.stdout or ())), None)
            if found is None:
                raise SystemExit("the program did not start")
            yield found[0]
        finally:
            serving.terminate()
            serving.wait(20)


if __name__ == "__main__":
    sys.exit(main())
