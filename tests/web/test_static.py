"""The static files, and the htmx that was proved: another version must be proved anew."""

import hashlib
from importlib.metadata import version

from fastapi.testclient import TestClient

from app.web.static_files import HTMX_FILES, htmx_folder, static_files

PROVED = {
    "htmx.js": "28fae7bbe8e8142b702debb9d5234a9a436d9435a4b5165b195aa1a7ed840d25",
    "hx-sse.js": "d3aeb71073552b253eaee99badebd60607003b1c25ac567ab88187d6887ab522",
}


def test_the_shipped_htmx_is_the_one_that_was_proved() -> None:
    """Stop, no reconnect and no history were proved in a browser on these bytes (tests/browser)."""
    assert version("django-htmx") == "1.29.0"
    for name, source in HTMX_FILES.items():
        assert hashlib.sha256((htmx_folder() / source).read_bytes()).hexdigest() == PROVED[name]


def test_no_static_file_names_another_host_or_evaluates_text() -> None:
    for name, file in static_files().items():
        if name in HTMX_FILES:
            continue
        text = file.content.decode("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "http" not in text, name
        assert "eval(" not in text, name
        assert "innerHTML" not in text, name


def test_own_scripts_stay_small() -> None:
    for name, file in static_files().items():
        if name.endswith(".js") and name not in HTMX_FILES:
            assert file.content.count(b"\n") <= 200, name


def test_static_files_have_their_type_and_others_do_not_exist(client: TestClient) -> None:
    assert client.get("/static/style.css").headers["content-type"] == "text/css; charset=utf-8"
    assert client.get("/static/htmx.js").headers["content-type"] == "text/javascript; charset=utf-8"
    assert client.get("/static/../pages.py").status_code == 404
