"""What the routes answer: pages, refusals and fragments."""

import pytest
from fastapi.testclient import TestClient

from app.conversation.values import Box, Done, Phase, Preferences, Sentence
from guardrails.values import Country, Language, Mode
from tests.web.fake_desk import CARDS, PASSPHRASE, RECOVERY_CODE, FakeDesk

HTMX = {"HX-Request": "true"}
EVIL = '<script>alert(1)</script><hx-partial hx-target="body">{{ 7*7 }}'


def events(client: TestClient, talk: str, text: str) -> str:
    return client.post(f"{talk}/bericht", data={"text": text}, headers=HTMX).text


def test_the_front_door_shows_the_first_minute_when_nothing_is_open(client: TestClient) -> None:
    page = client.get("/").text
    assert "computerprogramma, geen mens" in page
    assert "Er wordt niets bewaard." in page
    assert "16 jaar en ouder" in page
    assert "kan zien dat Klankbord erop staat" in page


def test_the_front_door_shows_the_lock_when_a_vault_is_closed(client: TestClient, desk: FakeDesk) -> None:
    desk.vault = True
    assert "Je gesprekken zijn op slot" in client.get("/").text


def test_a_browser_that_speaks_english_gets_english(client: TestClient) -> None:
    assert 'lang="en"' in client.get("/", headers={"accept-language": "en-GB,nl;q=0.5"}).text


def test_begin_takes_the_country_and_the_language_along(client: TestClient, desk: FakeDesk) -> None:
    client.post("/taal", data={"language": "en", "back": "/"})
    client.post("/begin", data={"country": "BE"})
    assert (desk.preferences.country, desk.preferences.language) == (Country.BE, Language.EN)


def test_the_way_back_after_a_language_choice_stays_inside_the_program(client: TestClient) -> None:
    answer = client.post("/taal", data={"language": "en", "back": "https://else.where/"}, follow_redirects=False)
    assert answer.headers["location"] == "/"


@pytest.mark.parametrize("path", ["/gesprek/c1", "/gesprekken", "/bewaren", "/instellingen", "/alles-wissen"])
def test_pages_of_an_open_desk_lead_to_the_front_door_when_it_is_closed(client: TestClient, path: str) -> None:
    answer = client.get(path, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


@pytest.mark.parametrize("phase", list(Phase))
def test_help_works_in_every_phase_with_numbers_first(client: TestClient, desk: FakeDesk, phase: Phase) -> None:
    desk.open, desk.vault = phase is Phase.OPEN, phase is Phase.LOCKED
    page = client.get("/hulp").text
    assert page.index("Toets 112") < page.index("Toets 113") < page.index("https://www.113.nl/")
    assert "Chatten gaat via internet." in page
    assert "Gegevens van 8 september 2026." in page


def test_every_page_carries_the_help_itself(client: TestClient, talk: str) -> None:
    for path in ("/", talk, "/gesprekken", "/instellingen", "/bewaren", "/nergens"):
        assert "Toets 112" in client.get(path).text, path


def test_rather_a_person_is_not_a_crisis_page(client: TestClient) -> None:
    page = client.get("/hulp/mens").text
    main = page[page.index("<main") :]
    assert "Luisterlijn" in main
    assert "huisarts" in main
    assert "Toets 113" not in main


def test_what_is_written_is_shown_as_text_and_never_as_markup(client: TestClient, talk: str) -> None:
    stream = events(client, talk, EVIL)
    assert "<script>alert" not in stream
    assert "&lt;hx-partial" in stream
    assert "<script>alert" not in client.get(talk).text


def test_what_a_reply_says_is_shown_as_text_and_never_as_markup(client: TestClient, desk: FakeDesk, talk: str) -> None:
    desk.script = [Sentence(EVIL, paragraph=True), Sentence(EVIL), Done()]
    assert "<script>alert" not in events(client, talk, "hoi")
    assert "<script>alert" not in client.get(talk).text


def test_sentences_join_as_the_store_joins_them(client: TestClient, desk: FakeDesk, talk: str) -> None:
    desk.script = [Sentence("Twee dingen:", paragraph=True), Sentence("- slaap"), Sentence("- werk"), Done()]
    stream = events(client, talk, "hoi")
    assert "<span>\ndata: - slaap</span>" in stream
    assert "Twee dingen:\n- slaap\n- werk" in client.get(talk).text


def test_a_card_comes_as_a_card_with_its_numbers(client: TestClient, desk: FakeDesk, talk: str) -> None:
    desk.script = [Box(CARDS[1]), Done()]
    assert "Toets 113" in events(client, talk, "hoi")


def test_a_line_feed_in_a_message_cannot_begin_an_event_of_its_own(client: TestClient, talk: str) -> None:
    stream = events(client, talk, "a\n\nevent: reply-locked\ndata: {}")
    assert "\nevent: reply-locked" not in stream


def test_control_characters_are_left_out(client: TestClient, desk: FakeDesk, talk: str) -> None:
    events(client, talk, "a\x00b\x1b[31m\r\nc")
    assert desk.sent == ["ab[31m\nc"]


def test_bytes_that_are_no_text_do_not_break_the_page(client: TestClient, desk: FakeDesk, talk: str) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    client.post(f"{talk}/bericht", content=b"text=hoi%FF%FE", headers=form)
    assert desk.sent[0].startswith("hoi")


def test_an_empty_message_gets_one_sentence(client: TestClient, talk: str) -> None:
    assert "Er staat nog niets." in events(client, talk, "  ")
    assert "Er staat nog niets." in client.post(f"{talk}/bericht", data={"text": ""}).text


def test_what_was_left_out_is_explained_but_not_beside_a_card(client: TestClient, desk: FakeDesk, talk: str) -> None:
    desk.script = [Sentence("Goed.", paragraph=True), Done(left_out=("flattery",))]
    assert "De zin vleide." in events(client, talk, "hoi")
    desk.talks["c1"].view = {"card": CARDS[1]}
    assert "De zin vleide." not in events(client, talk, "hoi")


def test_errors_say_one_sentence_and_give_nothing_back(client: TestClient, talk: str) -> None:
    assert client.get("/gesprek/kanarie").status_code == 404
    for answer in (
        client.get("/kanarie"),
        client.put("/begin", content=b"kanarie"),
        client.post("/begin", data={"country": "kanarie"}),
        client.get("/gesprek/kanarie"),
    ):
        main = answer.text[answer.text.index("<main") :]
        assert "kanarie" not in main
        assert "Dat ging niet" in main


def test_a_failure_of_the_program_is_not_about_what_was_written(desk: FakeDesk) -> None:
    from tests.web.app_under_test import build

    client = TestClient(build(desk), raise_server_exceptions=False, headers={"accept-language": "nl"})
    talk = client.post("/begin").request.url.path
    desk.talks["c1"].view = {"nonsense": 1}
    answer = client.get(talk)
    assert answer.status_code == 500
    assert "Het ligt niet aan wat je schreef." in answer.text


def test_keeping_asks_twice_and_shows_the_code_once(client: TestClient, desk: FakeDesk, talk: str) -> None:
    differ = client.post("/bewaren", data={"passphrase": PASSPHRASE, "again": "anders"})
    assert "niet gelijk" in differ.text
    assert PASSPHRASE not in differ.text
    assert "makkelijk te raden" in client.post("/bewaren", data={"passphrase": "a", "again": "a"}).text
    kept = client.post("/bewaren", data={"passphrase": PASSPHRASE, "again": PASSPHRASE})
    assert RECOVERY_CODE in kept.text
    again = client.post("/bewaren", data={"passphrase": PASSPHRASE, "again": PASSPHRASE})
    assert RECOVERY_CODE not in again.text


def test_settings_stay_within_their_bounds(client: TestClient, desk: FakeDesk, talk: str) -> None:
    form = {"language": "nl", "country": "NL", "mode": "push_back"}
    numbers = {"minutes_limit": "999", "day_limit": "1", "idle_minutes": "7"}
    assert "Opgeslagen." in client.post("/instellingen", data=form | numbers).text
    chosen = desk.preferences
    assert (chosen.minutes_limit, chosen.day_limit, chosen.idle_minutes) == (60, 30, 7)
    assert chosen.mode is Mode.PUSH_BACK


def test_leaving_fast_locks_and_ends_on_a_page_that_says_nothing_about_the_program(
    client: TestClient, desk: FakeDesk, talk: str
) -> None:
    page = client.post("/weg")
    assert desk.phase is Phase.NEW
    assert page.request.url.path == "/notities"
    assert "Klankbord" not in page.text
    assert "script" not in page.text


def test_the_state_that_tabs_ask_for_changes_with_each_lock(client: TestClient, talk: str) -> None:
    before = client.get("/toestand").json()
    client.post("/vergrendelen")
    client.post("/begin")
    after = client.get("/toestand").json()
    assert before["phase"] == after["phase"] == "open"
    assert before["opening"] != after["opening"]


def test_every_form_carries_the_page_token_and_no_autocomplete(client: TestClient, talk: str) -> None:
    paths = (
        "/",
        talk,
        "/gesprekken",
        "/gesprekken/c1/wissen",
        "/alles-wissen",
        "/bewaren",
        "/instellingen",
        "/hulp",
    )
    for path in paths:
        page = client.get(path).text
        for form in page.split("<form ")[1:]:
            body = form[: form.index("</form>")]
            assert 'name="page_token"' in body, path
            assert 'autocomplete="off"' in body[: body.index(">")], path
            assert 'method="post"' in body[: body.index(">")], path


def test_no_page_has_inline_script_or_style_or_an_address_of_elsewhere(client: TestClient, talk: str) -> None:
    for path in ("/", talk, "/gesprekken", "/bewaren", "/instellingen", "/hulp/mens", "/notities"):
        page = client.get(path).text
        assert " style=" not in page
        assert "<style" not in page
        assert "hx-on" not in page
        assert "<script>" not in page
        assert page.count("http") == page.count("https://www.113.nl/"), path


def test_a_card_folds_when_the_conversation_has_gone_on(client: TestClient, desk: FakeDesk, talk: str) -> None:
    desk.script = [Box(CARDS[1]), Done()]
    client.post(f"{talk}/bericht", data={"text": "hoi"})
    assert '<details class="card" open>' in client.get(talk).text
    client.post(f"{talk}/bericht", data={"text": "en nu"})
    page = client.get(talk).text
    assert page.count('<details class="card" open>') == 1
    assert page.count('<details class="card">') == 1


def test_only_language_and_country_outlive_a_wipe(client: TestClient, desk: FakeDesk, talk: str) -> None:
    form = {"language": "en", "country": "BE", "mode": "push_back"}
    client.post("/instellingen", data=form | {"minutes_limit": "20", "day_limit": "40", "idle_minutes": "7"})
    client.post("/weg")
    client.post("/begin", data={"country": "BE"})
    assert desk.preferences == Preferences(language=Language.EN, country=Country.BE)
