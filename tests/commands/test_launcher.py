"""The launcher does what its registry names and nothing else, and goes when its line is closed."""

import asyncio
import sys
from pathlib import Path

import pytest

from app.commands.serving.browser import open_browser
from app.commands.serving.launcher import Launcher, answer
from app.models.folder import ModelFolder
from app.models.getting import Getting, OverLine, Started


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{",
        b"[]",
        b'["open_browser"]',
        b'["run", "x"]',
        b'["open_browser", 1]',
        b"[1, 2]",
        b'{"a": "b", "c": "d"}',
    ],
)
def test_a_line_that_is_no_request_is_refused(line: bytes) -> None:
    assert answer(line) is False


@pytest.mark.parametrize("url", ["https://example.org/x.html", "http://127.0.0.1:1/", "file:///etc/passwd", "x.html"])
def test_only_a_page_of_ours_is_opened(url: str) -> None:
    assert open_browser(url) is False


@pytest.mark.skipif(sys.platform == "win32", reason="there requests are done in the program itself")
def test_a_browser_is_started_by_the_launcher(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    browser, seen = tmp_path / "browser", tmp_path / "seen"
    browser.write_text(f'#!/bin/sh\necho "$1" > {seen}.part && mv {seen}.part {seen}\n')
    browser.chmod(0o700)
    monkeypatch.setenv("BROWSER", str(browser))
    launcher = Launcher.started()
    page = (tmp_path / "open.html").as_uri()
    assert launcher.ask("open_browser", page) is True
    assert seen.read_text().strip() == page
    assert launcher.ask("start_download", "https://example.org/") is False
    launcher.end()
    assert launcher.ask("open_browser", page) is False


@pytest.mark.skipif(sys.platform == "win32", reason="there it is started by the program itself")
def test_the_process_that_gets_a_model_is_started_by_the_launcher_and_ends_with_its_line(tmp_path: Path) -> None:
    launcher = Launcher.started()

    async def begin() -> Started:
        line = launcher.start("fetch")
        assert line is not None
        return OverLine(*await asyncio.open_connection(sock=line))

    async def story() -> None:
        getting = Getting(ModelFolder(tmp_path), begin)
        await getting.begin("a model that is in no catalogue", 0, 1)
        progress = await getting.settled()
        assert (progress.phase, progress.code) == ("failed", "unknown_model")
        await getting.aclose()

    try:
        asyncio.run(story())
        with pytest.raises(OSError, match="not started"):
            launcher.start("something else")
    finally:
        launcher.end()
