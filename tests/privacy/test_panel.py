"""The privacy panel tells what was measured, in every phase, and nothing a person wrote."""

import re

from app.vault.driver import connect
from tests.commands.conftest import Start
from tests.commands.conftest import start as start
from tests.faults.conftest import begin, keep, text_of


def test_the_panel_tells_what_is_there(start: Start) -> None:
    server = start()
    talk = begin(server)
    server.post(f"{talk}/bericht", text="Zeshoekige kanarie.")
    before = text_of(server.get("/privacy").text)
    assert "Geen enkele poging tot verbinding met internet sinds de start." in before
    assert "Er wordt nu niets van je gesprek bewaard." in before
    keep(server)
    page = server.get("/privacy")
    after = text_of(page.text)
    assert page.status == 200
    assert str(server.folder) in after
    assert "vault/vault.db" in after
    assert "gaat het scherm na 15 minuten op slot" in after
    version = connect("file::memory:").execute("PRAGMA cipher_version").fetchone()
    assert version
    assert str(version[0]) in after
    assert "kanarie" not in after
    items = page.text.split('<ul class="measured">')[1:]
    for part in items:
        inside = part.split("</ul>")[0]
        assert inside.count("<li>") == inside.count("Hoe weet je dat?")


def test_every_file_of_the_folder_is_named_with_its_size(start: Start) -> None:
    server = start()
    begin(server)
    keep(server)
    rows = dict(re.findall(r"<tr><td>([^<]+)</td><td>(\d+)</td></tr>", server.get("/privacy").text))
    there = {path.relative_to(server.folder).as_posix() for path in server.folder.rglob("*") if path.is_file()}
    assert there <= rows.keys()
    assert all(int(rows[name]) >= 0 for name in there)
    assert int(rows["vault/vault.db"]) > 1000


def test_without_a_session_the_panel_is_closed(start: Start) -> None:
    server = start()
    assert server.get("/privacy").status == 403
