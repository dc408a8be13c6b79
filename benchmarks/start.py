"""How long the program takes from its start to a page that answers, without a model."""

import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from benchmarks.row import Row

_ROUNDS = 3
_SERVE = ("-m", "app", "serve", "--no-browser", "--ephemeral")


def measure(home: Path) -> list[Row]:
    """Seconds until the first page has come, and memory of the program then."""
    seconds = [_once(home) for _ in range(_ROUNDS)]
    return [Row("start to first page, no model", statistics.median(seconds), "s", "≤ 1.5")]


def _once(home: Path) -> float:
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        command = [sys.executable, *_SERVE, "--data-dir", folder]
        with subprocess.Popen(command, cwd=home, stdout=subprocess.PIPE, text=True) as program:
            try:
                line = program.stdout.readline() if program.stdout else ""
                url = next(word for word in line.split() if word.startswith("http://"))
                navigating = {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
                asked = urllib.request.Request(url.rstrip("."), headers=navigating)  # noqa: S310, our own loopback
                with urllib.request.urlopen(asked) as answer:  # noqa: S310, as above
                    answer.read()
                return time.perf_counter() - started
            finally:
                program.terminate()
