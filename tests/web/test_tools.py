"""The pages of the tools through their real routes, around a scripted desk."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.tools.tool import ORDER, load_tools
from guardrails.values import Language, Level
from tests.web.fake_desk import FakeDesk

TOOLS = load_tools(Path(__file__).parents[2])[Language.NL]


def begin(client: TestClient, tool: str) -> str:
    """A new paper; the path of the paper."""
    return client.post(f"/gereedschap/{tool}").request.url.path.rsplit("/stap/")[0]


@pytest.mark.usefixtures("talk")
def test_the_list_names_every_tool_and_the_header_leads_there(client: TestClient) -> None:
    page = client.get("/gereedschap").text
    assert [name for name in ORDER if f'href="/gereedschap/{name}"' not in page] == []
    assert 'href="/gereedschap">Gereedschap</a>' in client.get("/gesprekken").text


@pytest.mark.usefixtures("talk")
@pytest.mark.parametrize("name", ORDER)
def test_every_tool_goes_from_step_to_step_and_begins_empty(client: TestClient, name: str) -> None:
    paper = begin(client, name)
    for step in TOOLS[name].steps:
        page = client.get(f"{paper}/stap/{step.id}").text
        assert step.title in page
        assert " checked" not in page and " selected" not in page.replace('"NL" selected', "")
        client.post(f"{paper}/stap/{step.id}", data={"text": "iets eigens"})
    whole = client.get(paper).text
    assert TOOLS[name].closing in whole and TOOLS[name].person in whole
    asked = [step for step in TOOLS[name].steps if step.kind in ("text", "list")]
    assert whole.count("iets eigens") >= len(asked)


@pytest.mark.usefixtures("talk")
def test_what_was_written_is_there_again_and_can_be_deleted(client: TestClient, desk: FakeDesk) -> None:
    paper = begin(client, "letter")
    client.post(f"{paper}/stap/draft", data={"text": "\nLieve mam,\n\nhet gaat <zo> & zo.", "go": "stop"})
    again = client.get(f"{paper}/stap/draft").text
    assert ">\n\nLieve mam,\n\nhet gaat &lt;zo&gt; &amp; zo.</textarea>" in again
    assert paper in client.get("/gereedschap").text
    assert client.get(f"{paper}/wissen").status_code == 200
    client.post(f"{paper}/wissen")
    gone = client.get(paper)
    assert gone.status_code == 404 and "Dit blad bestaat niet meer." in gone.text
    assert desk.box.sheets == {}


@pytest.mark.usefixtures("talk")
def test_many_things_come_in_parts_and_none_falls_out(client: TestClient) -> None:
    paper = begin(client, "order_thoughts")
    client.post(f"{paper}/stap/dump", data={"text": "\n".join(f"ding {n}." for n in range(95))})
    first = {f"pile-{n}": "task" for n in range(40)}
    moved = client.post(f"{paper}/stap/piles?deel=0", data=first)
    assert moved.request.url.query == b"deel=1" and moved.text.count('<select id="pile-') == 40
    moved = client.post(f"{paper}/stap/piles?deel=1", data={f"pile-{n}": "wish" for n in range(40, 80)})
    moved = client.post(f"{paper}/stap/piles?deel=2", data={})
    assert moved.request.url.path.endswith("/influence")
    whole = client.get(paper).text
    assert all(whole.count(f">ding {n}.<") == 2 for n in range(95))


@pytest.mark.usefixtures("talk")
def test_a_file_comes_after_a_warning_and_its_name_says_nothing(client: TestClient) -> None:
    paper = begin(client, "about_me")
    client.post(f"{paper}/stap/not", data={"text": "adviezen"})
    assert "Iedereen die dit bestand opent" in client.get(f"{paper}/bestand").text
    answer = client.post(f"{paper}/bestand")
    assert answer.headers["content-disposition"] == 'attachment; filename="notitie-2026-11-24.md"'
    assert "# Over mij" in answer.text and "- adviezen" in answer.text


@pytest.mark.usefixtures("talk")
def test_what_is_written_is_read_by_the_guard_once_and_danger_shows_help_on_top(
    client: TestClient, desk: FakeDesk
) -> None:
    desk.danger = "gevaar"
    paper = begin(client, "order_thoughts")
    client.post(f"{paper}/stap/dump", data={"text": "de was"})
    calm = client.post(f"{paper}/stap/dump", data={"text": "de was"}).text
    assert desk.heard == [("de was", Level.NONE)] and 'id="tool-card"' not in calm
    page = client.post(f"{paper}/stap/dump", data={"text": "de was\ngevaar"}).text
    assert 'id="tool-card"' in page and page.index('id="tool-card"') < page.index(
        '<form method="post" action="/gereedschap'
    )


@pytest.mark.usefixtures("talk")
def test_a_plan_for_bad_moments_is_no_alarm_by_itself(client: TestClient, desk: FakeDesk) -> None:
    paper = begin(client, "safety_plan")
    client.post(f"{paper}/stap/signals", data={"text": "denken aan de dood"})
    assert desk.heard == [("denken aan de dood", Level.IMMINENT)]


@pytest.mark.usefixtures("talk")
def test_the_own_safety_plan_is_one_and_one_tap_away_in_danger(client: TestClient, desk: FakeDesk, talk: str) -> None:
    link = "Jouw veiligheidsplan"
    assert link not in client.get(talk).text
    paper = begin(client, "safety_plan")
    assert begin(client, "safety_plan") == paper
    desk.talks["c1"].view = {"card": desk.cards[1]}
    shown = client.get(talk).text
    assert shown.count(f'href="{paper}#people"') == 2  # in the card and in Hulp nu
    desk.open = False
    assert link not in client.get("/hulp").text


@pytest.mark.usefixtures("talk")
def test_closing_offers_only_lines_without_danger(client: TestClient, desk: FakeDesk, talk: str) -> None:
    desk.danger = "waardeloos"
    for text in ("Ik heb vandaag buiten gelopen. Hoi.", "Ik voel me zo waardeloos."):
        client.post(f"{talk}/bericht", data={"text": text})
    paper = begin(client, "close_session")
    page = client.get(f"{paper}/stap/keep").text
    assert "Ik heb vandaag buiten gelopen." in page and "waardeloos" not in page
    client.post(f"{paper}/stap/keep", data={"choice": "item-0"})
    assert "<p>Ik heb vandaag buiten gelopen.</p>" in client.get(paper).text


@pytest.mark.usefixtures("talk")
def test_a_text_that_is_too_long_comes_back_in_the_box(client: TestClient) -> None:
    paper = begin(client, "letter")
    answer = client.post(f"{paper}/stap/draft", data={"text": "boomtak " * 9_000})
    assert answer.status_code == 413 and "Deze tekst is te lang." in answer.text
    assert answer.text.count("boomtak") == 9_000
    answer = client.post(f"{paper}/stap/for", data={"who": "Sam", "goal-0": "boomtak " * 9_000})
    assert answer.status_code == 413 and answer.text.count("boomtak") == 9_000


@pytest.mark.usefixtures("talk")
def test_what_does_not_exist_is_said_and_nothing_closed_is_shown(client: TestClient, desk: FakeDesk) -> None:
    paper = begin(client, "letter")
    for path in ("/gereedschap/niets", f"{paper}/stap/niets", "/gereedschap/breathe/p1", "/gereedschap/letter/p9"):
        assert client.get(path).status_code == 404
    desk.open = False
    assert client.get(paper).request.url.path == "/"
