"""How the page looks is a setting: it holds on every page, and before anything is open the laptop's own holds."""

from fastapi.testclient import TestClient

from app.conversation.values import Contrast, Motion, TextSize
from tests.web.fake_desk import FakeDesk

FORM = {
    "language": "nl",
    "country": "NL",
    "mode": "think_along",
    "minutes_limit": "30",
    "day_limit": "90",
    "idle_minutes": "15",
}
LOOK = {"text_size": "largest", "contrast": "more", "motion": "less"}


def test_the_look_is_kept_and_drawn_on_every_page(client: TestClient, talk: str, desk: FakeDesk) -> None:
    client.post("/instellingen", data=FORM | LOOK)
    chosen = desk.preferences
    assert (chosen.text_size, chosen.contrast, chosen.motion) == (TextSize.LARGEST, Contrast.MORE, Motion.LESS)
    for path in (talk, "/instellingen", "/hulp", "/gesprekken"):
        assert 'data-text="largest" data-contrast="more" data-motion="less"' in client.get(path).text, path


def test_before_anything_is_open_the_page_follows_the_laptop(client: TestClient) -> None:
    for path in ("/", "/hulp"):
        assert 'data-text="normal" data-contrast="system" data-motion="system"' in client.get(path).text, path


def test_a_look_that_does_not_exist_is_refused(client: TestClient, talk: str, desk: FakeDesk) -> None:
    answer = client.post("/instellingen", data=FORM | {"text_size": "tiny"})
    assert answer.status_code == 422
    assert desk.preferences.text_size is TextSize.NORMAL


def test_the_choice_that_holds_is_the_one_that_is_marked(client: TestClient, talk: str) -> None:
    client.post("/instellingen", data=FORM | LOOK)
    page = client.get("/instellingen").text
    for name, value in LOOK.items():
        assert f'name="{name}" value="{value}" checked' in page
