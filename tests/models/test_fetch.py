"""Getting a model as a process of its own: real pipes, a real server, a pause and an end."""

import asyncio
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Coroutine
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from app.models.folder import ModelFolder
from app.models.getting import Getting, Progress, start_fetch
from tests.models.source import CATALOGUE, FILE, TINY, Source, breaks_off, status

HOME = Path(__file__).parents[2]
CHILD = """
import os, ssl, sys
from app.models.catalogue import read_catalogue
from app.models.download import Patience
from app.models.fetch import run
catalogue = read_catalogue(os.environ["TEST_CATALOGUE"])
tls = ssl.create_default_context(cafile=os.environ["TEST_TRUSTED"])
run(catalogue, tls, Patience(5.0, (0.0, 0.0)), os.fdopen(0, "rb"), os.fdopen(1, "wb"))
"""


def starter(source: Source, tmp_path: Path) -> Callable[[], Coroutine[Any, Any, asyncio.subprocess.Process]]:
    """The same process with the catalogue of the test: the product's own one cannot be told another."""

    async def start() -> asyncio.subprocess.Process:
        text = CATALOGUE.format(port=source.port, size=len(source.data), more="")
        chosen = {"TEST_CATALOGUE": text, "TEST_TRUSTED": str(tmp_path / "localhost.pem"), "PYTHONPATH": str(HOME)}
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", CHILD),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=HOME,
            env={**os.environ, **chosen},
        )

    return start


def test_a_model_is_got_by_a_process_that_tells_how_far_it_is(
    source: Source, folder: ModelFolder, tmp_path: Path
) -> None:
    async def got() -> Progress:
        getting = Getting(folder, starter(source, tmp_path))
        await getting.begin("tiny", 0, 1)
        return await getting.settled()

    progress = asyncio.run(got())
    assert (progress.phase, progress.percent) == ("done", 100)
    assert folder.place(FILE).read_bytes() == TINY.read_bytes()


def test_a_pause_ends_the_process_and_a_new_one_goes_on(source: Source, folder: ModelFolder, tmp_path: Path) -> None:
    released, asked = threading.Event(), threading.Event()

    def halts(handler: BaseHTTPRequestHandler, at: Source) -> None:
        asked.set()
        breaks = at.data[:150_000]
        handler.send_response(200)
        handler.send_header("ETag", at.etag)
        handler.send_header("Content-Length", str(len(at.data)))
        handler.end_headers()
        handler.wfile.write(breaks)
        released.wait(20)
        handler.close_connection = True

    source.answers = [halts]

    async def paused_then_got() -> tuple[Progress, Progress]:
        first = Getting(folder, starter(source, tmp_path))
        await first.begin("tiny", 0, 1)
        while (await first.moved()).done == 0:
            pass
        await first.pause()
        stopped = first.progress
        later = Getting(folder, starter(source, tmp_path))  # as after a restart of the program
        await later.begin("tiny", folder.received(FILE), len(source.data))
        return stopped, await later.settled()

    try:
        stopped, ended = asyncio.run(paused_then_got())
    finally:
        released.set()
    assert (stopped.phase, ended.phase) == ("paused", "done")
    assert source.asked[-1]["range"].startswith("bytes=")


def test_what_went_wrong_is_a_code_of_a_sentence(source: Source, folder: ModelFolder, tmp_path: Path) -> None:
    source.answers = [status(404)]

    async def got() -> Progress:
        getting = Getting(folder, starter(source, tmp_path))
        await getting.begin("tiny", 0, 1)
        return await getting.settled()

    assert asyncio.run(got()) == Progress("tiny", "failed", 0, 1, 0.0, "source_refused")


def test_two_processes_never_write_the_same_file(source: Source, folder: ModelFolder, tmp_path: Path) -> None:
    async def got() -> Progress:
        getting = Getting(folder, starter(source, tmp_path))
        await getting.begin("tiny", 0, 1)
        return await getting.settled()

    lock = folder.lock()
    try:
        assert asyncio.run(got()).code == "busy"
    finally:
        lock.release()


def test_a_process_that_dies_is_a_failure_and_what_came_stays(
    source: Source, folder: ModelFolder, tmp_path: Path
) -> None:
    source.answers = [breaks_off(100_000)] + [status(500)] * 9

    async def got() -> Progress:
        getting = Getting(folder, starter(source, tmp_path))
        await getting.begin("tiny", 0, 1)
        return await getting.settled()

    assert asyncio.run(got()).code == "source_failed"
    assert folder.received(FILE) == 100_000


def test_the_real_process_gets_nothing_that_its_own_catalogue_does_not_name(folder: ModelFolder) -> None:
    async def answered() -> bytes:
        process = await start_fetch()
        job = {"name": "https://localhost/x", "folder": str(folder.path)}
        output, _ = await process.communicate(json.dumps(job).encode() + b"\n")
        return output

    assert json.loads(asyncio.run(answered())) == {"kind": "failed", "code": "unknown_model"}
