"""What is shipped is listed whole, also what is compiled inside; the check for faults says when it could not."""

import http.server
import importlib.util
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest

from app.supply.__main__ import licences
from app.supply.parts import HOME, LOCKS, locked, parts
from app.supply.sbom import sbom

_spec = importlib.util.spec_from_file_location("audit", HOME / ".ci" / "audit.py")
assert _spec
assert _spec.loader
audit = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(audit)


@pytest.fixture(scope="module")
def bom() -> dict[str, Any]:
    return sbom()


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_of_the_lock_is_a_part_with_hashes(lock: str) -> None:
    lines = [
        line for line in (HOME / lock).read_text().splitlines() if "==" in line and not line.startswith((" ", "#"))
    ]
    found = list(locked(lock))
    assert len(found) == len(lines) > 0
    assert [part.name for part in found if not part.hashes] == []


def test_no_lock_names_an_address_to_fetch_from() -> None:
    assert [path.name for path in HOME.glob("*.lock") if "index-url" in path.read_text()] == []


def test_the_static_libraries_are_in_the_sbom_with_the_version_they_say_themselves(bom: dict[str, Any]) -> None:
    found = {
        (c["name"], c["properties"][0]["value"]): c for c in bom["components"] if c["bom-ref"].startswith("inside")
    }
    assert {("OpenSSL", "sqlcipher3"), ("SQLCipher", "sqlcipher3"), ("SQLite", "sqlcipher3")} <= found.keys()
    assert {("OpenSSL", "cryptography"), ("llama.cpp", "llama-cpp-python"), ("htmx", "django-htmx")} <= found.keys()
    library = next((HOME / ".venv").resolve().rglob("sqlcipher3/_sqlite3*"))
    version = found["OpenSSL", "sqlcipher3"]["version"]
    assert f"OpenSSL {version}".encode() in library.read_bytes()


def test_the_sbom_holds_together(bom: dict[str, Any]) -> None:
    refs = [c["bom-ref"] for c in bom["components"]]
    assert len(refs) == len(set(refs))
    named = {ref for entry in bom["dependencies"] for ref in (entry["ref"], *entry["dependsOn"])}
    assert named - {"klankbord"} == set(refs)
    assert all(entry["affects"] for entry in bom["vulnerabilities"])
    assert bom == sbom()
    assert all(c["version"] for c in bom["components"])
    assert str(Path.home()) not in json.dumps(bom)


def test_every_installed_part_has_a_licence() -> None:
    text = licences()
    assert all(f"| {part.name} | {part.version} |" in text for part in parts())
    assert "see its licence file" not in text


def test_what_is_committed_is_of_these_locks() -> None:
    committed = json.loads((HOME / "docs" / "sbom.cdx.json").read_text())
    pinned = {c["bom-ref"] for c in committed["components"] if c["bom-ref"].startswith("pkg:")}
    assert pinned == {c["bom-ref"] for c in sbom()["components"] if c["bom-ref"].startswith("pkg:")}
    assert all(f"| {part.name} |" in (HOME / "docs" / "licences.md").read_text() for part in parts())


class _Osv(http.server.BaseHTTPRequestHandler):
    findings: ClassVar[list[list[dict[str, Any]]]] = []

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))["queries"]
        given = [*self.findings, *([] for _ in asked)][: len(asked)]
        body = json.dumps({"results": [{"vulns": vulns} for vulns in given]}).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def osv() -> Iterator[str]:
    server = http.server.HTTPServer(("127.0.0.1", 0), _Osv)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_findings_are_named_and_explained_ones_are_not(
    osv: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert audit.main(["--url", osv]) == 0
    monkeypatch.setattr(_Osv, "findings", [[{"id": "GHSA-1"}], [{"id": "X", "aliases": ["CVE-2026-45447"]}]])
    capsys.readouterr()
    assert audit.main(["--url", osv]) == 1
    said = capsys.readouterr().out
    assert "annotated-doc 0.0.7: GHSA-1" in said
    assert "1 findings" in said


def test_without_the_data_it_says_that_nothing_was_checked(capsys: pytest.CaptureFixture[str]) -> None:
    assert audit.main(["--url", "http://127.0.0.1:9/"]) == 3
    assert "NOT CHECKED" in capsys.readouterr().out
