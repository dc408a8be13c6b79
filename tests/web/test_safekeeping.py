"""*Bewaren en sleutels*: each form through its real route, and the whole with a real vault."""

import asyncio
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.commands.serving.keeping import FolderDoor
from app.conversation.values import DeskError, Phase
from tests.web.fake_desk import PASSPHRASE, RECOVERY_CODE, FakeDesk

NEWER = "vier heel andere woorden"


@pytest.fixture
def kept(client: TestClient, desk: FakeDesk, talk: str) -> TestClient:
    client.post("/bewaren", data={"passphrase": PASSPHRASE, "again": PASSPHRASE})
    return client


def test_the_passphrase_changes_only_with_the_old_one(kept: TestClient, desk: FakeDesk) -> None:
    assert "Wachtzin van nu" in kept.get("/bewaren/wachtzin").text
    wrong = kept.post("/bewaren/wachtzin", data={"old": "fout", "new": NEWER, "again": NEWER})
    assert wrong.status_code == 422 and NEWER not in wrong.text and desk.passphrase == PASSPHRASE
    differ = kept.post("/bewaren/wachtzin", data={"old": PASSPHRASE, "new": NEWER, "again": "anders"})
    assert "niet gelijk" in differ.text
    changed = kept.post("/bewaren/wachtzin", data={"old": PASSPHRASE, "new": NEWER, "again": NEWER})
    assert "Je wachtzin is veranderd." in changed.text and desk.passphrase == NEWER


@pytest.mark.parametrize("path", ["/bewaren/herstelcode", "/bewaren/sleutel"])
def test_a_new_code_is_shown_once_and_typed_back(path: str, kept: TestClient, desk: FakeDesk) -> None:
    assert RECOVERY_CODE not in kept.get(path).text
    assert RECOVERY_CODE in kept.post(path, data={"passphrase": PASSPHRASE}).text
    assert "Typ je herstelcode" in kept.get("/bewaren/sleutels").text
    assert kept.post("/bewaren/herstelcode/overtypen", data={"code": "fout"}).status_code == 422
    kept.post("/bewaren/herstelcode/overtypen", data={"code": RECOVERY_CODE})
    assert desk.typed and "Typ je herstelcode" not in kept.get("/bewaren/sleutels").text


def test_a_backup_is_a_download_with_a_neutral_start(kept: TestClient) -> None:
    answer = kept.post("/bewaren/reservekopie", data={"passphrase": PASSPHRASE})
    assert answer.content.startswith(b"klankbord backup")
    assert "attachment" in answer.headers["content-disposition"]
    assert kept.post("/bewaren/reservekopie", data={"passphrase": "fout"}).status_code == 422


def test_erasing_asks_the_words_and_then_the_first_page_stands_there(kept: TestClient, desk: FakeDesk) -> None:
    assert "niets gewist" in kept.post("/wissen", data={"confirm": "ja"}).text
    assert desk.phase is Phase.OPEN
    sure = kept.post("/wissen", data={"confirm": "Alles  wissen"})
    assert "Alle gesprekken." in sure.text and desk.phase is Phase.OPEN
    assert "niets gewist" in kept.post("/wissen/zeker", data={"confirm": ""}).text and desk.phase is Phase.OPEN
    assert "Begin" in kept.post("/wissen/zeker", data={"confirm": "alles wissen"}).text
    assert desk.phase is Phase.NEW


def test_who_lost_both_can_erase_from_the_lock_page_in_two_steps(kept: TestClient, desk: FakeDesk) -> None:
    desk.open = False
    assert "/wissen" not in kept.get("/").text and "/wissen" in kept.get("/herstelcode").text
    assert "Dit gaat weg" in kept.post("/wissen", data={"confirm": "alles wissen"}).text
    assert desk.phase is Phase.LOCKED
    kept.post("/wissen/zeker", data={"confirm": "alles wissen"})
    assert desk.phase is Phase.NEW


def test_a_backup_is_put_back_only_from_the_lock_page(kept: TestClient, desk: FakeDesk) -> None:
    assert "eerst op slot" in kept.get("/terugzetten").text
    desk.open = False
    assert "Waar staat het bestand?" in kept.get("/terugzetten").text


def test_the_strength_of_what_is_typed_is_one_word_and_never_the_passphrase(kept: TestClient) -> None:
    for typed, said in (
        ("lamp lamp lamp lamp", "Zwak"),
        ("vier heel andere woorden", "Redelijk"),
        (PASSPHRASE, "Sterk"),
    ):
        answer = kept.post("/bewaren/sterkte", data={"passphrase": typed}).text
        assert answer.startswith(said) and typed not in answer
    assert kept.post("/bewaren/sterkte").text == ""


def test_the_recovery_code_goes_on_paper_with_a_date_and_one_sentence(kept: TestClient) -> None:
    page = kept.post("/bewaren/herstelcode", data={"passphrase": PASSPHRASE}).text
    on_paper = [line for line in page.splitlines() if "on-paper" in line]
    assert len(on_paper) == 3 and RECOVERY_CODE in on_paper[0] and "24 november 2026" in on_paper[1]


def test_nothing_of_this_is_there_before_something_is_kept(client: TestClient, talk: str) -> None:
    for path in ("/bewaren/wachtzin", "/bewaren/herstelcode", "/bewaren/sleutel", "/bewaren/reservekopie"):
        assert client.get(path).request.url.path.startswith("/gesprek/")


def test_a_real_vault_through_the_door(tmp_path: Path) -> None:
    async def journey() -> None:
        door = FolderDoor(tmp_path / "data")
        storage, code = await door.create(PASSPHRASE, await door.open_nothing())
        await storage.put_setting("mark", "here")
        await door.check_recovery_code(code)
        copy = tmp_path / "copy"
        copy.write_bytes(await door.back_up(PASSPHRASE, storage))
        await storage.close()
        await door.new_key(PASSPHRASE)
        await door.change_passphrase(PASSPHRASE, NEWER)
        storage = await door.unlock(NEWER)
        assert await storage.setting("mark") == "here"
        await storage.close()
        await door.restore(str(copy), code)
        storage = await door.unlock(PASSPHRASE)
        assert await storage.setting("mark") == "here"
        await storage.close()
        with pytest.raises(DeskError, match="no_such_file"):
            await door.restore(str(tmp_path / "none"), code)
        await door.erase()
        assert not door.exists()
        await door.aclose()

    asyncio.run(journey())
