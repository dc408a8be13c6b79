"""`serve` as a person starts it: one line, one address, and an end without failure."""

import json
import os
import signal
import socket
import stat
import sys
from pathlib import Path

import pytest

from tests.commands.conftest import HOME, Server, Start, run_command

POSIX = sys.platform != "win32"


def test_the_ready_line_is_the_only_line_and_leads_in(start: Start) -> None:
    server = start()
    assert server.enter().status == 303
    assert server.get("/").status == 200
    assert server.stop() == 0
    assert len(server.line.splitlines()) == 1
    assert server.errors == ""


def test_it_listens_on_this_machine_only(server: Server) -> None:
    import psutil

    seen = psutil.Process(server.process.pid).net_connections(kind="inet")
    assert {(c.laddr.ip, c.status) for c in seen if c.status == "LISTEN"} == {("127.0.0.1", "LISTEN")}
    assert [c.laddr.port for c in seen if c.status == "LISTEN"] == [server.port]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_0_and_leaves_no_run_file(start: Start, number: int) -> None:
    server = start()
    server.enter()
    server.post("/begin", country="NL")
    assert server.stop(number) == 0
    assert server.errors == ""
    assert {path.name for path in server.folder.iterdir()} == {"serve.lock"}


def test_its_files_are_for_the_owner_only(server: Server) -> None:
    wide = stat.S_IRWXG | stat.S_IRWXO
    modes = {path.name: path.stat().st_mode for path in [server.folder, *server.folder.iterdir()]}
    assert "serve.json" in modes
    if POSIX:
        assert [name for name, mode in modes.items() if mode & wide and name != server.folder.name] == []


def test_a_new_data_folder_is_for_the_owner_only(start: Start, tmp_path: Path) -> None:
    server = start(folder=tmp_path / "a" / "b")
    assert not POSIX or stat.S_IMODE(server.folder.stat().st_mode) == 0o700


def test_a_second_server_on_the_same_folder_says_so(server: Server) -> None:
    done = run_command("serve", "--data-dir", str(server.folder), "--no-browser")
    assert done.returncode == 1
    assert done.stdout == b""
    assert done.stderr.decode() == ("Klankbord draait al met deze map. Typ voor een nieuw adres: python -m app url\n")
    assert server.get("/hulp").status == 200


def test_what_a_killed_server_left_stops_nobody(start: Start) -> None:
    killed = start()
    killed.process.kill()
    killed.process.wait(10)
    assert (killed.folder / "serve.json").exists()
    (killed.folder / "open-0000.html").write_text("left", encoding="utf-8")
    again = start()
    assert json.loads((again.folder / "serve.json").read_text(encoding="utf-8"))["port"] == again.port
    assert not (again.folder / "open-0000.html").exists()


def test_a_port_in_use_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = run_command("serve", "--data-dir", str(tmp_path), "--port", port, "--no-browser")
    assert done.returncode == 1
    assert done.stderr.decode() == f"Poort {port} is bezet. Kies een andere poort of laat --port weg.\n"
    assert not (tmp_path / "serve.json").exists()


def test_a_folder_that_cannot_be_used_is_one_sentence(tmp_path: Path) -> None:
    occupied = tmp_path / "file"
    occupied.write_text("", encoding="utf-8")
    for folder in (occupied, occupied / "below"):
        done = run_command("serve", "--data-dir", str(folder), "--no-browser")
        assert done.returncode == 1
        assert done.stderr.decode().startswith("In deze map mag niet worden geschreven.")
        assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--port", "x"), "KLANKBORD_PORT of --port moet een getal zijn"),
        (("--port", "70000"), "KLANKBORD_PORT of --port moet een getal zijn"),
        (("--api",), "Zet eerst KLANKBORD_API_TOKEN"),
        (("--nonsense",), "Zo start je het: python -m app serve"),
        (("--port",), "Zo start je het: python -m app serve"),
        (("words",), "Zo start je het: python -m app serve"),
    ],
)
def test_a_wrong_flag_is_one_sentence_and_2(words: tuple[str, ...], says: str, tmp_path: Path) -> None:
    done = run_command("serve", "--data-dir", str(tmp_path), "--no-browser", *words)
    assert done.returncode == 2
    assert done.stderr.decode().startswith(says)
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == b""


@pytest.mark.parametrize("content", [None, b"", b"not a model", b"GGUF", b"GGUF" + b"\xff" * 200])
def test_without_a_good_model_the_fixed_program_answers(start: Start, tmp_path: Path, content: bytes | None) -> None:
    model = tmp_path / "model.gguf"
    if content is not None:
        model.write_bytes(content)
    server = start("--model", str(model))
    server.enter()
    talk = server.post("/begin", country="NL").header("location")
    assert server.post(f"{talk}/bericht", text="Ik slaap slecht.").status == 303
    page = server.get(talk).text
    assert "Een vast programma antwoordt, geen taalmodel." in page
    assert 'class="message program"' in page
    assert server.stop() == 0
    told = "Dit taalmodel is er niet of is geen GGUF. Het vaste programma antwoordt.\n"
    assert (told in server.errors) is (content is None or not content.startswith(b"GGUF"))


def test_a_good_model_takes_over(start: Start) -> None:
    from tests.commands.conftest import wait_until

    server = start("--model", str(HOME / "models" / "tiny.gguf"))
    server.enter()
    talk = server.post("/begin", country="NL").header("location")
    assert wait_until(lambda: "Een taalmodel op deze laptop antwoordt." in server.get(talk).text, 60)


def test_nothing_is_kept_when_nothing_should_be(start: Start) -> None:
    server = start("--ephemeral")
    server.enter()
    server.post("/begin", country="NL")
    kept = server.post("/bewaren", passphrase="stoel lamp raam plant", again="stoel lamp raam plant")
    assert kept.status == 422
    server.stop()
    assert {path.name for path in server.folder.iterdir()} == {"serve.lock"}


def test_without_a_session_and_without_v1_there_is_little_to_see(server: Server) -> None:
    assert server.ask("GET", "/v1/models", authorization="Bearer x").status == 404
    assert server.ask("GET", "/").status == 403
    assert server.ask("GET", "/hulp", host="evil.test").status == 400
    answer = server.get("/hulp")
    assert (answer.status, answer.header("server")) == (200, "")


def test_a_request_without_a_host_is_refused(server: Server) -> None:
    for line in (
        b"GET /hulp HTTP/1.0\r\n\r\n",
        b"GET /hulp HTTP/1.1\r\n\r\n",
        b"GET http://evil.test/ HTTP/1.0\r\n\r\n",
    ):
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
            connection.sendall(line)
            assert b" 400 " in connection.recv(100)


def test_its_memory_is_not_for_others_of_the_same_user(server: Server) -> None:
    if sys.platform == "linux" and os.geteuid() != 0:  # root may read everything, elsewhere see app/hardening.py
        with pytest.raises(PermissionError):
            Path(f"/proc/{server.process.pid}/mem").open("rb").close()
    limits = Path(f"/proc/{server.process.pid}/limits")
    if limits.exists():
        core = next(line for line in limits.read_text().splitlines() if line.startswith("Max core file size"))
        assert core.split()[4] == "0"
