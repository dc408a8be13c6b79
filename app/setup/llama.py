"""The language model engine, llama-cpp-python: compiled from its own locks, behind the running app.

In the background: `python -m app.setup.llama --for PID` builds at low priority and stops when PID is gone.
Everything is compiled in a folder of its own; only finished packages that the running app has not loaded are
put next to it, and `ready` is said after the last one.
"""

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.setup.environment import House, make_venv, python_in, stamp, stamp_of, stamped
from app.setup.locking import TakenError, only_one
from app.setup.machine import cmake_args, has_compiler
from app.setup.pip import run_pip
from app.setup.progress import HEARTBEAT_SECONDS, Progress, beat, read_progress, write_progress
from app.setup.sentences import SetupError, command_for

LLAMA_LOCK = "requirements-llama.lock"
BUILD_LOCK = "requirements-llama-build.lock"
_STEP = re.compile(r"\[(\d+)/(\d+)\]")  # ninja: [12/345] Building …
_AGAIN_AFTER = timedelta(days=1)  # a compile that failed would fail again, at the cost of minutes of battery


def is_ready(house: House) -> bool:
    """Whether the engine of these locks, with these flags, is installed."""
    return stamped(house, LLAMA_LOCK, _wanted(house))


def build(house: House, *, wait: bool, on_percent: Callable[[int], None] | None = None) -> None:
    """Compile and install the engine; raises SetupError with the reason. The state file follows all of it.

    When another process builds it: waits for that one with `wait`, else raises TakenError.
    """
    with only_one(house.venv / "klankbord-llama.lock", wait=wait):
        if is_ready(house):
            _say(house, Progress("ready"))
            return
        progress = Progress("building", started=datetime.now(UTC))
        _say(house, progress)
        try:
            _build(house, _percents(house, progress, on_percent))
        except SetupError as error:
            mends = command_for(error.message_id)
            _say(house, Progress("failed", None, error.message_id, mends, progress.started))
            raise
        except BaseException:
            _say(house, Progress("waiting", None, "stopped", started=progress.started))
            raise
        stamp(house, LLAMA_LOCK, _wanted(house))
        _say(house, Progress("ready", 100, started=progress.started))


def percent_in(line: str) -> int | None:
    """How far a line of ninja's output says it is, 0 to 99; None for any other line."""
    found = _STEP.search(line)
    return min(99, int(found[1]) * 100 // max(1, int(found[2]))) if found else None


def worth_trying(house: House, now: datetime) -> bool:
    """Whether to build behind the app: not when it is there, nor soon after a compile that failed."""
    if is_ready(house):
        return False
    last = read_progress(house.venv)
    failed = last.state == "failed" and last.message_id == "build_failed" and last.started
    return not failed or now - failed > _AGAIN_AFTER


def _build(house: House, on_line: Callable[[str], None]) -> None:
    if not has_compiler():
        raise SetupError("no_compiler")
    folder = house.venv / "klankbord-llama-build"
    wheels = folder / "wheels"
    log = house.venv / "klankbord-llama.log"
    make_venv(folder, clear=True)
    tools, locked = python_in(folder), ["--no-deps", "--require-hashes"]
    run_pip(tools, ["install", *locked, f"--requirement={house.root / BUILD_LOCK}"], log=log)
    run_pip(
        tools,
        ["wheel", "-v", *locked, "--no-build-isolation", f"-w{wheels}", f"-r{house.root / LLAMA_LOCK}"],
        log=log,
        environment=_compiling(tools),
        on_line=on_line,
    )
    ready = [str(path) for path in sorted(wheels.glob("*.whl"))]
    run_pip(house.python, ["install", "--no-deps", "--no-index", *ready], log=house.venv / "klankbord-setup.log")
    shutil.rmtree(folder)


def _compiling(tools: Path) -> dict[str, str]:
    """The environment of the compiler: explicit flags, and a cache that no other flags have filled."""
    flags = cmake_args()
    asked = [str(tools), "-m", "pip", "cache", "dir"]
    cache = subprocess.run(asked, capture_output=True, text=True, check=False)
    own = Path(cache.stdout.strip()) / f"klankbord-{stamp_of(flags.encode())[:12]}"
    return {
        "CMAKE_ARGS": f"{flags} {os.environ.get('CMAKE_ARGS', '')}".strip(),
        "CMAKE_BUILD_PARALLEL_LEVEL": os.environ.get("CMAKE_BUILD_PARALLEL_LEVEL") or str(os.cpu_count() or 1),
        **({"PIP_CACHE_DIR": str(own)} if cache.returncode == 0 else {}),
    }


def _percents(house: House, start: Progress, on_percent: Callable[[int], None] | None) -> Callable[[str], None]:
    """A reader of pip's lines that writes each new percent down."""
    last = -1

    def read(line: str) -> None:
        nonlocal last
        percent = percent_in(line)
        if percent is None or percent <= last:
            return
        last = percent
        _say(house, Progress("building", percent, started=start.started))
        if on_percent:
            on_percent(percent)

    return read


def _wanted(house: House) -> str:
    contents = [(house.root / name).read_bytes() for name in (LLAMA_LOCK, BUILD_LOCK)]
    return stamp_of(*contents, cmake_args().encode())


def _say(house: House, progress: Progress) -> None:
    write_progress(house.venv, progress)


def _watch(house: House, starter: int) -> None:
    """Keep saying that the build is alive; end it within a second after the program it was started for."""
    beaten = 0.0
    while _is_alive(starter):
        if time.monotonic() - beaten >= HEARTBEAT_SECONDS:
            beat(house.venv)
            beaten = time.monotonic()
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)


def _is_alive(pid: int) -> bool:
    if os.name == "nt":
        return True  # there the starter stays, and ends the build itself
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _end(_signal: int, _frame: object) -> None:
    raise SystemExit(0)


def main() -> int:
    """Build behind the program with process id --for; says nothing, the state file does."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--for", type=int, required=True, dest="starter")
    starter: int = parser.parse_args().starter
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _end)
    if os.name != "nt":
        os.nice(15)
    house = House(Path(__file__).resolve().parents[2])
    threading.Thread(target=_watch, args=(house, starter), daemon=True).start()
    try:
        build(house, wait=False)
    except (SetupError, TakenError):
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
