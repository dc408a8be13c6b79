"""A studio as it is started: a real process, a data folder of its own."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.studio.workshop import Workshop
from tests.browser.conftest import browser, context, page, playwright, watch
from tests.commands.conftest import HOME, environment, start

__all__ = ["browser", "context", "page", "playwright", "start", "watch"]

PASSPHRASE = "een lange zin voor de groep"


class StudioProcess:
    """A `studio` that is ready."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        command = [sys.executable, "-m", "app", "studio", "--data-dir", str(folder), "--no-browser"]
        self.process = subprocess.Popen(
            command, cwd=HOME, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.line = self.process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)/start/\S+", self.line)
        assert found, self.stop() or self.errors
        self.url, self.port = found[0], int(found[1])

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        _, self.errors = self.process.communicate(timeout=30)
        return self.process.returncode

    errors = ""


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[StudioProcess]:
    running = StudioProcess(tmp_path / "werkplaats")
    yield running
    running.stop()


def everything(folder: Path, name: str, passphrase: str = PASSPHRASE) -> str:
    """Every cell of every table of a workshop's file, as one text."""
    opened = Workshop.open(folder, name, passphrase)
    try:
        read: Any = opened._read  # pyright: ignore[reportPrivateUsage]
        tables = [row[0] for row in read("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = [row for table in tables for row in read(f"SELECT * FROM {table}")]
        return json.dumps(rows, ensure_ascii=False)
    finally:
        opened.close()
