"""The Dockerfile without Docker: its steps are done in a clean folder, and what it starts serves a page.

Not done here: the two RUN steps that install packages and compile llama.cpp (their flags are checked instead, and the
packages of this environment stand in), apt, and making a user. The image itself was never built.
"""

import json
import re
import shlex
import shutil
import socket
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest

from app.commands.serving.listener import in_container, listen
from app.settings import Settings
from tests.commands.conftest import HOME, Server, environment, run_command

TEXT = (HOME / "Dockerfile").read_text(encoding="utf-8")
STEPS = [
    (found[1], found[2])
    for line in re.sub(r"\\\n", " ", re.sub(r"(?m)^#.*\n", "", TEXT)).splitlines()
    if (found := re.match(r"([A-Z]+)\s+(.+)", line))
]
linux = pytest.mark.skipif(sys.platform != "linux", reason="the image is Linux")


def _last_stage() -> list[tuple[str, str]]:
    return STEPS[max(number for number, (name, _) in enumerate(STEPS) if name == "FROM") :]


def _ignored(path: str) -> bool:
    """As .dockerignore says: the last line that fits decides."""
    verdict = False
    for line in (HOME / ".dockerignore").read_text().splitlines():
        pattern = line.removeprefix("!")
        top = path.split("/")[0]
        if (
            line
            and not line.startswith("#")
            and (fnmatch(path, pattern) or fnmatch(top, pattern) or _in_any(path, pattern))
        ):
            verdict = not line.startswith("!")
    return verdict


def _in_any(path: str, pattern: str) -> bool:
    return pattern.startswith("**/") and pattern.removeprefix("**/") in path.split("/")


def _copied(root: Path) -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=HOME, capture_output=True, text=True, check=True
    )
    files = [path for path in tracked.stdout.splitlines() if not _ignored(path) and (HOME / path).is_file()]
    for words in (shlex.split(rest) for name, rest in _last_stage() if name == "COPY" and "--from" not in rest):
        *sources, target = words
        for source in sources:
            found = [path for path in files if path == source or path.startswith(f"{source}/")]
            assert found, f"COPY {source} copies nothing"
            for path in found:
                place = root / target.lstrip("/") / path.removeprefix(source).lstrip("/")
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(HOME / path, place)


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root of the last stage after its COPY steps, its folders made, everything but /data read-only."""
    root = tmp_path_factory.mktemp("image")
    _copied(root)
    (made,) = re.findall(r"install -d -o klankbord -m (\d+) (/\S+)", TEXT)
    (root / made[1].lstrip("/")).mkdir(mode=int(made[0], 8))
    return root


@linux
@pytest.mark.skipif(not in_container(), reason="--bind-container is refused outside a container, and tested below")
def test_what_the_image_starts_serves_the_page_on_the_exact_address_only(image: Path) -> None:
    entry = json.loads(next(rest for name, rest in _last_stage() if name == "ENTRYPOINT"))
    assert entry[0] == "/venv/bin/python"
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    places: dict[str, str] = {"/venv/bin/python": str(sys.executable), "/data": str(image / "data"), "8123": port}
    words = [places.get(word, word) for word in map(str, entry)]
    process = subprocess.Popen(
        words, cwd=image / "klankbord", env=environment(PYTHONDONTWRITEBYTECODE="1"), stdout=subprocess.PIPE, text=True
    )
    try:
        server = Server.__new__(Server)
        server.port, server.cookie, server.page_token, server.process = int(port), "", "", process
        server.line = ""
        assert process.stdout
        server.launch = process.stdout.readline().strip().partition(server.host)[2]
        server.enter()
        assert server.get("/").status == 200
        for host in ("0.0.0.0", "localhost.evil.test", f"172.17.0.2:{port}", ""):
            assert server.ask("GET", "/", host=host).status == 400
        assert server.stop() == 0
    finally:
        process.kill()
        process.wait()
    assert list((image / "klankbord").rglob("__pycache__")) == []


def test_only_what_runs_is_copied(image: Path) -> None:
    assert {path.name for path in (image / "klankbord").iterdir()} == {"app", "guardrails", "prompts", "models"}
    assert [path for path in image.rglob("*") if path.suffix in (".gguf", ".db", ".keys")] == []


def test_every_package_is_installed_by_hash_and_as_locked() -> None:
    installs = re.findall(r"pip (?:install|wheel) [^&]+", re.sub(r"\\\n", " ", TEXT))
    assert len(installs) == 4
    for words in installs:
        assert "--no-deps" in words
        assert "--require-hashes" in words or "--no-index" in words
    for lock in re.findall(r"-r (\S+)", TEXT):
        assert (HOME / lock).is_file()


def test_the_command_that_is_told_takes_every_right_away() -> None:
    (command,) = re.findall(r"docker run (.+?) klankbord$", re.sub(r" \\\n#\s*", " ", TEXT), re.MULTILINE)
    words = ("--read-only", "--cap-drop ALL", "--security-opt no-new-privileges", "--tmpfs /tmp", "--ulimit core=0")
    assert [word for word in words if word not in command] == []
    port = json.loads(next(rest for name, rest in STEPS if name == "ENTRYPOINT"))
    number = port[port.index("--port") + 1]
    assert f"--publish 127.0.0.1:{number}:{number}" in command
    assert ("USER", "10001") in STEPS
    assert "--network" not in command


@linux
def test_all_addresses_only_in_a_container(tmp_path: Path) -> None:
    assert in_container((tmp_path / "none",)) is False
    with listen(0) as here, listen(0, all_addresses=True) as everywhere:
        assert here.getsockname()[0] == "127.0.0.1"
        assert everywhere.getsockname()[0] == "0.0.0.0"
    assert Settings().bind_container is False


@pytest.mark.skipif(in_container(), reason="this is a container")
def test_outside_a_container_it_is_refused() -> None:
    done = run_command("serve", "--no-browser", "--bind-container")
    assert done.returncode == 1
    assert "alleen in een container" in done.stderr.decode()
