"""Why this reply, "not right", another reply, an incident: plain words, nothing kept, nothing sent."""

import pytest
from fastapi.testclient import TestClient

from app.conversation.values import Done, Sentence
from app.conversation.why import Another, Feedback, Why
from app.web.words import LANGUAGES, load_words
from guardrails.values import Event, Language
from tests.web.app_under_test import HOME
from tests.web.fake_desk import CARDS, FakeDesk

WORDS = load_words(HOME)
EVIL = "<script>alert(1)</script>"


def said(client: TestClient, talk: str, text: str = "Mijn baas was boos.") -> None:
    client.post(f"{talk}/bericht", data={"text": text})


def why_page(client: TestClient, talk: str, message: str = "m1") -> str:
    return client.get(f"{talk}/waarom/{message}").text


def test_each_reply_tells_folded_why_it_is_so(client: TestClient, desk: FakeDesk, talk: str) -> None:
    desk.script = [
        Sentence("Goed.", paragraph=True),
        Done(left_out=("flattery",), events=(Event("disclosure", (("why", "first"),)),), wrote="model"),
    ]
    said(client, talk)
    for text in (client.get(talk).text, why_page(client, talk)):
        assert "Dat hoort bij een eerste antwoord." in text
        assert "De zin vleide." in text
        assert "Een taalmodel op deze laptop schreef dit." in text
    assert f'href="{talk}/waarom/m1"' in client.get(talk).text


def test_of_a_reply_from_before_a_lock_it_says_that_it_is_not_kept(
    client: TestClient, desk: FakeDesk, talk: str
) -> None:
    said(client, talk)
    desk.whys.clear()
    assert "is niet bewaard" in client.get(talk).text
    assert "is niet bewaard" in why_page(client, talk)


def test_in_danger_it_says_only_that_help_is_shown(client: TestClient, desk: FakeDesk, talk: str) -> None:
    said(client, talk)
    desk.whys["m1"] = Why(("direct_question.default",), ("flattery",), raised=True)
    text = why_page(client, talk)
    assert "Er was een teken van gevaar." in text
    assert "vroeg het programma het direct" not in text and "De zin vleide." not in text


def test_what_was_left_out_is_not_told_beside_a_card(client: TestClient, desk: FakeDesk, talk: str) -> None:
    said(client, talk)
    desk.whys["m1"] = Why(left_out=("flattery",))
    desk.talks["c1"].view = {"card": CARDS[1]}
    assert "De zin vleide." not in why_page(client, talk)


@pytest.mark.parametrize("path", ["/waarom/m0", "/waarom/m9"])
def test_there_is_no_such_page_of_anything_else(client: TestClient, talk: str, path: str) -> None:
    said(client, talk)
    assert "Dit antwoord bestaat niet meer." in client.get(talk + path).text
    assert client.get(f"/gesprek/c9{path}").status_code == 404


@pytest.mark.parametrize("reason", Feedback)
def test_what_was_not_right_is_noted_for_the_next_reply(
    client: TestClient, desk: FakeDesk, talk: str, reason: Feedback
) -> None:
    said(client, talk)
    answer = client.post(f"{talk}/waarom/m1", data={"reason": reason.value})
    assert answer.request.url.path == talk
    assert desk.feedback == {"c1": reason}
    assert f"‘{WORDS[Language.NL].say(f'why.feedback.{reason.value}')}’" in answer.text


def test_a_reason_has_to_be_chosen(client: TestClient, desk: FakeDesk, talk: str) -> None:
    said(client, talk)
    for reason in ("", "iets"):
        answer = client.post(f"{talk}/waarom/m1", data={"reason": reason})
        assert answer.status_code == 422 and "Kies eerst wat er mis was." in answer.text
    assert desk.feedback == {}


def test_another_reply_takes_the_place_of_the_last_one(client: TestClient, desk: FakeDesk, talk: str) -> None:
    said(client, talk)
    assert 'name="again"' not in client.get(talk).text
    desk.talks["c1"].view = {"again": True}
    assert 'value="shorter"' in client.get(talk).text
    desk.script = [Sentence("Kort.", paragraph=True), Done()]
    answer = client.post(f"{talk}/bericht", data={"text": "Nog een begin", "again": "shorter"})
    assert desk.anothers == [Another.SHORTER] and desk.sent == ["Mijn baas was boos."]
    assert "Kort." in answer.text and "Dat klinkt zwaar." not in answer.text
    assert "Nog een begin</textarea>" in answer.text


def test_another_reply_comes_sentence_by_sentence(client: TestClient, desk: FakeDesk, talk: str) -> None:
    said(client, talk)
    desk.talks["c1"].view = {"again": True}
    stream = client.post(f"{talk}/bericht", data={"again": "simpler"}, headers={"hx-request": "true"}).text
    emptied, filled = stream.index('hx-target="#b-m1" hx-swap="innerHTML"'), stream.index("Dat klinkt zwaar.")
    assert emptied < stream.index("reply-saved") < filled < stream.index("reply-done")
    assert 'hx-target="#m-m1"' in stream and 'id="m-m2"' not in stream


def test_another_reply_that_cannot_be_is_one_sentence(client: TestClient, desk: FakeDesk, talk: str) -> None:
    said(client, talk)
    answer = client.post(f"{talk}/bericht", data={"again": "simpler"})
    assert answer.status_code == 409 and "Dit antwoord kan nu niet opnieuw." in answer.text
    assert client.post(f"{talk}/bericht", data={"again": "langer"}).status_code == 422


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_that_can_happen_has_words(language: Language) -> None:
    words = WORDS[language]
    names = ["disclosure.first", "disclosure.asked", "disclosure.person", "disclosure.decision", "disclosure.midway"]
    names += ["referral.default", "referral.asked", "direct_question.default", "bystander_advice.default"]
    names += ["pushback.default", "break_suggested.default", "limit_notice.default", "session_closed.default"]
    names += ["declined.default"]
    keys = [f"why.acted.{name}" for name in names]
    keys += [f"why.wrote.{who}" for who in ("guided", "model", "both", "guard")]
    keys += [f"why.feedback.{reason.value}" for reason in Feedback]
    keys += [key for way in Another for key in (f"why.another.{way.value}", f"why.{way.value}")]
    assert [key for key in keys if not words.has(key)] == []


# -- an incident ----------------------------------------------------------------------------------


def test_a_report_holds_what_was_ticked_and_nothing_else(client: TestClient, desk: FakeDesk, talk: str) -> None:
    said(client, talk, "Mijn baas was boos.")
    said(client, talk, "Dit is geheim.")
    form = client.get("/incident/c1").text
    assert form.count('type="checkbox"') == form.count(" checked") == 4
    data = {"what": f"Het antwoord was naar.\n{EVIL}", "m-m0": "on", "m-m1": "on"}
    read = client.post("/incident/c1", data=data).text
    assert EVIL not in read and "Dit is geheim." not in read
    assert "Niet in dit verslag: 2 berichten." in read and "Wie het opent, kan alles lezen." in read
    file = client.post("/incident/c1/bestand", data=data)
    assert file.headers["content-disposition"] == 'attachment; filename="incident-2026-11-24.txt"'
    assert file.headers["content-type"].startswith("text/plain")
    assert "Mijn baas was boos." in file.text and "geheim" not in file.text and EVIL in file.text


def test_a_report_can_be_changed_after_reading(client: TestClient, talk: str) -> None:
    said(client, talk)
    form = client.post("/incident/c1", data={"what": "Zo ging het.", "m-m0": "on", "change": "on"}).text
    assert "Zo ging het.</textarea>" in form and form.count(" checked") == 1


def test_only_the_newest_messages_stand_in_a_long_report(client: TestClient, desk: FakeDesk, talk: str) -> None:
    for number in range(25):
        said(client, talk, f"Bericht {number}.")
    form = client.get("/incident/c1").text
    assert form.count('type="checkbox"') == 40 and "Alleen de laatste 40 berichten" in form
    assert "Niet in dit verslag: 50 berichten." in client.post("/incident/c1", data={"what": ""}).text


def test_it_says_to_whom_or_that_nobody_was_set(client: TestClient, talk: str) -> None:
    text = client.get("/incident").text
    assert "geen verantwoordelijke organisatie ingesteld" in text and 'href="/incident/c1"' in text


def test_a_report_needs_an_open_desk(client: TestClient) -> None:
    assert client.get("/incident").request.url.path == "/"
