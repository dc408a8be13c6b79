"""How far the language model engine is: a small file that the set-up writes and the page reads."""

import json
import os
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, cast, get_args

State = Literal["unknown", "waiting", "building", "ready", "failed"]
STATE_FILE = "klankbord-llama.json"
HEARTBEAT_SECONDS = 5.0
SILENT_SECONDS = 60.0  # a build that is alive touches the file every HEARTBEAT_SECONDS


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the engine stands.

    `percent` is None when it is not known. `message_id` says what is the matter: "" when nothing is, else
    no_compiler, no_network, disk_full, wrong_hash, not_offered, no_venv, build_failed or stopped. `command`
    mends it on this machine, "" when there is none. `started` is when this build began, with its zone.
    """

    state: State
    percent: int | None = None
    message_id: str = ""
    command: str = ""
    started: datetime | None = None


UNKNOWN = Progress("unknown")


def read_progress(prefix: Path) -> Progress:
    """The state of the build in the environment at `prefix` (sys.prefix of the running program).

    Never raises: a missing, unreadable or broken file is `unknown`. A build that fell silent is `stopped`.
    """
    path = prefix / STATE_FILE
    try:
        progress = _parse(path.read_text(encoding="utf-8"))
        silent = time.time() - path.stat().st_mtime > SILENT_SECONDS
    except (OSError, ValueError):
        return UNKNOWN
    if progress.state == "building" and silent:
        return Progress("waiting", message_id="stopped", started=progress.started)
    return progress


def write_progress(prefix: Path, progress: Progress) -> None:
    """Replace the file at once, so that a reader never sees half of it. Raises OSError when it cannot."""
    path = prefix / STATE_FILE
    fields = {
        "state": progress.state,
        "percent": progress.percent,
        "message_id": progress.message_id,
        "command": progress.command,
        "started": progress.started.isoformat() if progress.started else None,
    }
    beside = path.with_suffix(f".{os.getpid()}.new")
    beside.write_text(json.dumps(fields), encoding="utf-8")
    beside.replace(path)


def beat(prefix: Path) -> None:
    """Say that the build is alive; a file that is gone is left gone."""
    path = prefix / STATE_FILE
    if path.exists():
        path.touch()


def _parse(text: str) -> Progress:
    loaded: object = json.loads(text)
    if not isinstance(loaded, dict):
        raise ValueError("not an object")
    fields = cast(dict[str, object], loaded)
    state, percent, started = fields.get("state"), fields.get("percent"), fields.get("started")
    if state not in get_args(State):
        raise ValueError("no such state")
    whole = isinstance(percent, int) and not isinstance(percent, bool) and 0 <= percent <= 100
    return Progress(
        state=cast(State, state),
        percent=cast(int, percent) if whole else None,
        message_id=str(fields.get("message_id") or ""),
        command=str(fields.get("command") or ""),
        started=datetime.fromisoformat(started) if isinstance(started, str) else None,
    )
