"""One call of pip: quiet on the terminal, everything in a log, and a named reason when it fails."""

import os
import re
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from app.setup.sentences import SetupError

# What pip prints, in the order in which one explains the other: without a network nothing is found either.
_REASONS = (
    ("no_network", r"NewConnectionError|NameResolutionError|ConnectTimeout|ReadTimeout|ProxyError|SSLError"),
    ("no_network", r"ConnectionError|name resolution|Network is unreachable|getaddrinfo failed"),
    ("disk_full", r"No space left on device|not enough space on the disk|Disk quota exceeded"),
    ("wrong_hash", r"DO NOT MATCH THE HASHES"),
    ("not_offered", r"No matching distribution found"),
)
_KEPT = {
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_NO_INPUT": "1",
    "PIP_USER": "0",  # a person's own setting "install for the user" does not work in an environment
}


def run_pip(
    python: Path,
    words: Sequence[str],
    *,
    log: Path,
    environment: Mapping[str, str] | None = None,
    on_line: Callable[[str], None] | None = None,
) -> None:
    """Run pip of this interpreter to its end; raises SetupError with the reason and the log.

    `environment` is what pip gets on top of ours; `on_line` sees every line as it comes.
    """
    retries = {} if "PIP_RETRIES" in os.environ else {"PIP_RETRIES": "2"}
    everything = {**os.environ, **retries, **_KEPT, **(environment or {})}
    everything.pop("SOURCE_DATE_EPOCH", None)  # llama.cpp would leave out every fast instruction
    command = [str(python), "-m", "pip", *words]
    with log.open("w", encoding="utf-8", errors="replace") as kept:
        process = _start(command, everything)
        try:
            _follow(process, kept.write, on_line)
        except BaseException:
            stop_tree(process)
            raise
    if process.wait() != 0:
        raise SetupError(reason(log.read_text(encoding="utf-8")), log)


def reason(output: str) -> str:
    """Which sentence fits what pip printed; build_failed when none of the known ones does."""
    return next((name for name, pattern in _REASONS if re.search(pattern, output)), "build_failed")


def end_tree_on_windows(pid: int) -> None:
    """End a process and those under it, which Windows does not do by itself."""
    tool = Path(os.environ.get("SYSTEMROOT", r"C:\Windows")) / "System32" / "taskkill.exe"
    subprocess.run([str(tool), "/T", "/F", "/PID", str(pid)], capture_output=True, check=False)


def stop_tree(process: subprocess.Popen[str]) -> None:
    """End a process and the compilers under it; one that has ended already is left alone."""
    if process.poll() is not None:
        return
    if os.name == "nt":
        end_tree_on_windows(process.pid)
    else:
        os.killpg(process.pid, signal.SIGTERM)
    process.wait()


def _start(command: list[str], environment: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=os.name != "nt",  # a group of its own, so that stop_tree reaches the compilers
    )


def _follow(
    process: subprocess.Popen[str], keep: Callable[[str], object], on_line: Callable[[str], None] | None
) -> None:
    assert process.stdout is not None  # noqa: S101 - asked for with PIPE
    for line in process.stdout:
        keep(line)
        if on_line:
            on_line(line)
