"""The studio's parts: differences, agreement, the overlay, its file, changes for a maintainer, bad files."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.studio import workshop
from app.studio.agreement import alpha
from app.studio.differences import pieces
from app.studio.exports import guarded, unguarded
from app.studio.overlay import Change, changed, editable, overlay, read
from app.studio.values import StudioError
from app.studio.workshop import Workshop
from app.vault import vault
from app.vault.errors import VaultError
from app.vault.kdf import FLOOR
from guardrails.guard import Guard, load
from guardrails.values import GuardSettings, Level, Message
from tests.commands.conftest import HOME, Start, run_command

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
PASSPHRASE = "een lange zin voor de groep"


@given(st.text(), st.text())
def test_a_difference_holds_both_texts_whole(before: str, after: str) -> None:
    found = pieces(before, after)
    assert "".join(piece.text for piece in found if piece.form != "new") == before
    assert "".join(piece.text for piece in found if piece.form != "gone") == after


@given(st.text())
def test_a_cell_never_begins_as_a_formula_and_comes_back_whole(text: str) -> None:
    cell = guarded(text)
    assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert unguarded(cell) == text


def test_alpha_is_what_krippendorff_published() -> None:
    """His example of four observers and twelve units (2011, section C): nominal alpha 0.743."""
    a = [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None]
    b = [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3]
    c = [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None]
    d = [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None]
    units = [[value for value in unit if value is not None] for unit in zip(a, b, c, d, strict=True)]
    found = alpha(units)
    assert found is not None
    assert round(found, 3) == 0.743
    assert alpha([["yes", "yes"]]) is None


def test_a_guard_phrase_is_tried_without_touching_the_file() -> None:
    path = "guardrails/risk/families/suicide.nl.toml"
    text = "de blauwe olifant komt vanavond naar mij toe"
    before = read(HOME, path)
    line = next(one for one in before.split("\n") if one.startswith('  "') and before.split("\n").count(one) == 1)
    laid = overlay(HOME, (Change(path, line, f'  "blauwe olifant",\n{line}'),))
    said = (Message("user", text, NOW, "case"),)
    plain, _ = Guard(load(HOME)).follow(said, GuardSettings())
    tried, _ = Guard(load(laid)).follow(said, GuardSettings())
    assert plain is not None and tried is not None
    assert plain.level is Level.NONE and tried.level > Level.NONE  # a probe that fails before and passes after
    assert read(HOME, path) == before


@pytest.mark.parametrize(
    "path", ["../x.toml", "/etc/passwd", "app/studio/values.py", "prompts/../README.md", "prompts", "prompts\\x.toml"]
)
def test_only_reviewed_texts_can_be_changed(path: str) -> None:
    with pytest.raises(StudioError):
        read(HOME, path)


def test_a_line_that_stands_twice_or_nowhere_does_not_fit() -> None:
    for before in ("patterns = [", "this line is nowhere", ""):
        with pytest.raises(StudioError, match="does_not_fit"):
            changed(HOME, (Change("guardrails/risk/families/suicide.nl.toml", before, "x"),))


def test_every_editable_text_can_be_read_and_none_is_of_the_pages() -> None:
    found = editable(HOME)
    assert all(read(HOME, path) for path in found)
    assert not [path for path in found if "/interface/" in path or "/studio/" in path]


def test_a_workshop_opens_with_its_own_passphrase_only_and_can_be_destroyed_alone(tmp_path: Path) -> None:
    names: list[str] = []
    for passphrase in (PASSPHRASE, "vier gele fietsen naast de dijk"):
        made = Workshop.new(tmp_path, passphrase, NOW, FLOOR)
        made.join("Merel", NOW)
        names.append(made.name)
        made.close()
    with pytest.raises(VaultError, match="wrong_passphrase"):
        Workshop.open(tmp_path, names[0], "vier gele fietsen naast de dijk")
    workshop.destroy(tmp_path, names[0])
    assert workshop.names(tmp_path) == (names[1],)
    again = Workshop.open(tmp_path, names[1], "vier gele fietsen naast de dijk")
    assert [person.code for person in again.picture().people] == ["Merel"]
    with pytest.raises(VaultError, match="in_use"):
        workshop.destroy(tmp_path, names[1])
    again.close()


def test_what_stands_on_a_withdrawn_case_goes_with_it_however_deep(tmp_path: Path) -> None:
    made = Workshop.new(tmp_path, PASSPHRASE, NOW, FLOOR)
    for code in ("Egel", "Merel"):
        made.join(code, NOW)
    egel, merel = made.picture().people
    case = made.add("case", egel.id, NOW, {"situation": "kanarie"})
    answer = made.add("answer", "", NOW, {"text": "antwoord"}, [case])
    rewrite = made.add("rewrite", merel.id, NOW, {"text": "beter"}, [answer])
    made.add("decision", "", NOW, {"verdict": "accept"}, [rewrite])
    kept = made.add("dimension", merel.id, NOW, {"name": "warm"})
    made.withdraw(egel.id)
    assert [item.id for item in made.picture().items] == [kept]
    assert [person.code for person in made.picture().people] == ["Merel"]
    made.close()


def test_the_studio_refuses_a_folder_with_a_personal_vault(tmp_path: Path) -> None:
    store, _ = vault.create(tmp_path, PASSPHRASE, FLOOR)
    store.close()
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    for folder in (tmp_path, tmp_path / "vault"):
        refused = run_command("studio", "--data-dir", str(folder), "--no-browser")
        assert refused.returncode == 2
        assert "persoonlijke kluis" in refused.stderr.decode()
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_serve_has_no_route_of_the_studio(start: Start) -> None:
    server = start("--ephemeral")
    server.enter()
    for path in ("/fase/welcome", "/teksten", "/verslag", "/vergelijking/x", "/antwoord/x", "/onderwerp/x"):
        assert server.get(path).status == 404, path
    for path in ("/werkplaats/nieuw", "/mensen", "/casus", "/uitvoer", "/wijziging"):
        assert server.post(path).status in (404, 405), path


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff\x00",
        b"PK\x03\x04",
        b"{}",
        b'{"format": "klankbord-changes-1", "changes": [{"path": 1}]}',
        b"[" * 9999,
    ],
)
def test_a_bad_file_gets_a_clear_sentence(tmp_path: Path, content: bytes) -> None:
    bad = tmp_path / "bad"
    bad.write_bytes(content)
    applied = run_command("studio", "apply", str(bad), "--yes")
    assert applied.returncode == 1 and "geen bestand met wijzigingen" in applied.stderr.decode()
    taken = run_command("studio", "take", str(bad), "--data-dir", str(tmp_path / "data"))
    assert taken.returncode == 1 and "geen werkplaats" in taken.stderr.decode()


@pytest.mark.parametrize("line", ["{}", "nonsense", '{"id": "a", "lang": "nl", "text": "x", "level": "huge"}', "[1]"])
def test_a_bad_probe_is_named_by_file_and_line(tmp_path: Path, line: str) -> None:
    (tmp_path / "workshop-risk-x.jsonl").write_text(line + "\n", encoding="utf-8")
    found = run_command("evidence", "--print", "--probes", str(tmp_path))
    assert found.returncode == 1
    assert "workshop-risk-x.jsonl, regel 1" in found.stderr.decode()


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the reviewed texts, to apply changes to."""
    for part in ("prompts", "guardrails"):
        shutil.copytree(HOME / part, tmp_path / "house" / part)
    return tmp_path / "house"


def _change_file(folder: Path, path: str, before: str, after: str) -> Path:
    file = folder / "x.changes.json"
    row = {"path": path, "before": before, "after": after, "why": "", "decision": "", "clinician": ""}
    file.write_text(json.dumps({"format": "klankbord-changes-1", "changes": [row]}), encoding="utf-8")
    return file


def test_a_change_file_is_shown_asked_about_and_applied(tmp_path: Path, house: Path) -> None:
    path = "prompts/nl/guard/texts.toml"
    line = next(one for one in read(house, path).split("\n") if one.startswith("first = "))
    file = _change_file(tmp_path, path, line, 'first = ["Dit is een programma."]')
    asked = run_command("studio", "apply", str(file), "--home", str(house), given=b"n\n")
    assert asked.returncode == 1 and f"-{line}" in asked.stdout.decode()
    assert line in read(house, path)
    applied = run_command("studio", "apply", str(file), "--home", str(house), "--yes")
    assert applied.returncode == 0, applied.stderr
    assert 'first = ["Dit is een programma."]' in read(house, path).split("\n")


def test_a_change_that_breaks_the_program_is_not_applied(tmp_path: Path, house: Path) -> None:
    path = "prompts/nl/guard/texts.toml"
    line = next(one for one in read(house, path).split("\n") if one.startswith("first = "))
    file = _change_file(tmp_path, path, line, 'first = ["open')
    refused = run_command("studio", "apply", str(file), "--home", str(house), "--yes")
    assert refused.returncode == 1 and "kan het programma niet werken" in refused.stderr.decode()
    assert line in read(house, path)
