"""`url`: a fresh address from the server that runs with this folder, and a sentence when none does."""

import json
from pathlib import Path

from tests.commands.conftest import Server, Start, run_command


def test_it_gives_an_address_that_works_once(server: Server) -> None:
    done = run_command("url", "--data-dir", str(server.folder))
    assert done.returncode == 0
    address = done.stdout.decode().strip()
    assert address.startswith(f"http://127.0.0.1:{server.port}/start/")
    launch = address.removeprefix(f"http://127.0.0.1:{server.port}")
    assert server.enter(launch).status == 303
    server.cookie = ""
    assert server.post(launch).status == 403


def test_each_address_is_another_one(server: Server) -> None:
    folder = str(server.folder)
    first, second = (run_command("url", KLANKBORD_DATA_DIR=folder).stdout for _ in range(2))
    assert first != second


def test_without_a_server_it_says_so(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        done = run_command("url", "--data-dir", str(folder))
        assert (done.returncode, done.stdout) == (1, b"")
        assert done.stderr.decode() == ("Klankbord draait niet met deze map. Start het met: python -m app serve\n")


def test_a_stale_or_broken_run_file_is_not_believed(start: Start, tmp_path: Path) -> None:
    killed = start()
    killed.process.kill()
    killed.process.wait(10)
    assert run_command("url", "--data-dir", str(killed.folder)).returncode == 1
    for text in ("", "{}", "[]", '{"port": "x"}'):
        (tmp_path / "serve.json").write_text(text, encoding="utf-8")
        assert run_command("url", "--data-dir", str(tmp_path)).returncode == 1


def test_a_server_that_does_not_know_the_secret_gives_nothing(start: Start) -> None:
    server = start()
    path = server.folder / "serve.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**data, "secret": "wrong"}), encoding="utf-8")
    done = run_command("url", "--data-dir", str(server.folder))
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode() == "Klankbord antwoordt niet. Sluit het en start het opnieuw.\n"
