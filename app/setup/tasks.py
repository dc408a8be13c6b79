"""What `run.py` and `make` can do: each task sets up what it needs, then runs it in the environment."""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from app.setup.environment import DEV_LOCK, RUN_LOCK, House, install
from app.setup.llama import build, is_ready, worth_trying
from app.setup.machine import find_browser, has_compiler
from app.setup.pip import end_tree_on_windows
from app.setup.relock import relock
from app.setup.sentences import SetupError, sentence

Words = Sequence[str]
_CHECKS = (("ruff", "format", "--check", "."), ("ruff", "check", "."), ("pyright",))
_TRAINED = ("guardrails.language.build", "guardrails.statistics.train")  # in this order; each writes its own file again


def main(words: Words) -> int:
    """Do the task that the first word names, else serve; the exit code of what ran, 1 after a sentence."""
    house = House(Path(__file__).resolve().parents[2])
    task = _TASKS.get(words[0]) if words else None
    try:
        return task(house, words[1:]) if task else _serve(house, words)
    except SetupError as error:
        print(sentence(error.message_id, error.log), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _serve(house: House, words: Words) -> int:
    install(house, RUN_LOCK)
    command = [str(house.python), "-m", "app", "serve", *words]
    os.chdir(house.root)
    behind = _build_behind(house) if worth_trying(house, datetime.now(UTC)) else None
    if os.name != "nt":
        os.execv(command[0], command)  # signals then reach the program itself  # noqa: S606
    try:
        return subprocess.run(command, check=False).returncode
    finally:
        if behind:
            end_tree_on_windows(behind.pid)


def _build_behind(house: House) -> subprocess.Popen[bytes] | None:
    """Start the build of the engine beside the program that this process is about to become."""
    command = [str(house.python), "-m", "app.setup.llama", "--for", str(os.getpid())]
    quiet = subprocess.DEVNULL
    if os.name == "nt":
        slow = getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0)
        return subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, creationflags=slow)
    between = os.fork()  # so that it is no child of the program, which would have to wait for it
    if between == 0:
        subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet)
        os._exit(0)
    os.waitpid(between, 0)
    return None


def _setup(house: House, _words: Words) -> int:
    """Everything, in the foreground: the program, what develops it, the engine."""
    if not is_ready(house) and not has_compiler():
        raise SetupError("no_compiler")
    install(house, RUN_LOCK, DEV_LOCK)
    if not is_ready(house):
        print(sentence("building"), flush=True)
        build(house, wait=True, on_percent=_tell)
    return 0


def _test(house: House, words: Words) -> int:
    browser = find_browser()
    if not browser:
        raise SetupError("no_browser")
    _setup(house, ())
    return _run(house, "pytest", *words, KLANKBORD_BROWSER=browser)


def _check(house: House, words: Words) -> int:
    """Format, lint, types, tests: all of them, the first code that is not 0."""
    install(house, RUN_LOCK, DEV_LOCK)
    codes = [_run(house, *check) for check in _CHECKS]
    return next(filter(None, [*codes, _test(house, words)]), 0)


def _bench(house: House, words: Words) -> int:
    _setup(house, ())
    return _run(house, "benchmarks", *words)


def _screenshots(house: House, words: Words) -> int:
    """Ten key screens of the real program, for docs/screenshots."""
    browser = find_browser()
    if not browser:
        raise SetupError("no_browser")
    install(house, RUN_LOCK, DEV_LOCK)
    return _run(house, "benchmarks.screenshots", *words, KLANKBORD_BROWSER=browser)


def _torture(house: House, words: Words) -> int:
    """Kills, full disks and changed bytes, a few hundred times each; `ARGS=20` for another number."""
    install(house, RUN_LOCK, DEV_LOCK)
    rounds = words[0] if words else "125"
    return _run(house, "pytest", "-q", "-s", "tests/vault/test_vault_torture.py", KLANKBORD_TORTURE=rounds)


def _studio(house: House, words: Words) -> int:
    install(house, RUN_LOCK)
    return _run(house, "app", "studio", *words)


def _probe(house: House, words: Words) -> int:
    install(house, RUN_LOCK)
    return _run(house, "app", "probe", *words)


def _train(house: House, words: Words) -> int:
    install(house, RUN_LOCK, DEV_LOCK)
    return next(filter(None, (_run(house, name, *words) for name in _TRAINED)), 0)


def _lock(house: House, words: Words) -> int:
    install(house, RUN_LOCK, DEV_LOCK)
    return relock(house, words)


def _sbom(house: House, words: Words) -> int:
    install(house, RUN_LOCK)
    return _run(house, "app.supply", "sbom", *words)


def _licences(house: House, words: Words) -> int:
    install(house, RUN_LOCK)
    return _run(house, "app.supply", "licences", *words)


def _audit(house: House, words: Words) -> int:
    """Known vulnerabilities of what is shipped: asks another machine, and is no part of the program."""
    code = _sbom(house, ())
    audit = [str(house.python), str(house.root / ".ci" / "audit.py"), *words]
    return code or subprocess.run(audit, cwd=house.root, check=False).returncode


def _run(house: House, module: str, *words: str, **environment: str) -> int:
    """Run a module of the environment in the checkout and wait for it."""
    command = [str(house.python), "-m", module, *words]
    return subprocess.run(command, cwd=house.root, env={**os.environ, **environment}, check=False).returncode


def _tell(percent: int) -> None:
    if percent % 10 == 0:
        print(f"llama-cpp-python: {percent} %", flush=True)


_TASKS: dict[str, Callable[[House, Words], int]] = {
    "--setup": _setup,
    "--test": _test,
    "--check": _check,
    "--bench": _bench,
    "--torture": _torture,
    "--studio": _studio,
    "--probe": _probe,
    "--train": _train,
    "--lock": _lock,
    "--sbom": _sbom,
    "--licences": _licences,
    "--audit": _audit,
    "--screenshots": _screenshots,
}
