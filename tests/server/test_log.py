"""The log takes numbers and names of a fixed list; failures are logged by type and place."""

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import pytest

from app.log import Event, log_event, log_failure, log_loop_failures

CANARY = "kanarie in het logboek"
HOME = Path(__file__).parents[2]


def test_an_event_is_one_line_of_names_and_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    log_event(Event.FAILED, port=8123, again=True, share=0.5, kind=Event.MODEL_MISSING)
    assert capsys.readouterr().err == "klankbord failed port=8123 again=True share=0.5 kind=model_missing\n"


@pytest.mark.parametrize("value", [CANARY, b"x", None, ["x"], ValueError(CANARY)])
def test_text_cannot_be_logged(value: object, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(TypeError) as refused:
        log_event(Event.FAILED, what=cast(Any, value))
    assert CANARY not in str(refused.value)
    assert capsys.readouterr().err == ""


def test_a_failure_is_logged_by_type_and_place_only(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        raise KeyError(CANARY)
    except KeyError as error:
        log_failure(error)
    line = capsys.readouterr().err
    assert "type=KeyError at=tests/server/test_log.py:" in line
    assert CANARY not in line


def test_a_task_that_nobody_awaited_is_logged_without_its_text(capsys: pytest.CaptureFixture[str]) -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        log_loop_failures(loop)
        loop.call_soon(_fail)
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    asyncio.run(main())
    line = capsys.readouterr().err
    assert "type=ValueError" in line
    assert CANARY not in line


def test_what_nobody_catches_and_what_libraries_log_is_never_quoted() -> None:
    script = f"""
import logging, threading
from app.log import quiet_libraries
quiet_libraries()
logging.getLogger("uvicorn.error").error({CANARY!r})
thread = threading.Thread(target=lambda: int({CANARY!r}))
thread.start(); thread.join()
raise ValueError({CANARY!r})
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=HOME, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert CANARY not in done.stdout + done.stderr
    assert done.stderr.count("type=ValueError") == 2


def _fail() -> None:
    raise ValueError(CANARY)
