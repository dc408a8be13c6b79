"""Why this reply, "not right", another reply and an incident in a real browser, in both languages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.conversation.values import Done, Sentence
from app.conversation.why import Another, Feedback
from guardrails.values import Event
from tests.browser.conftest import Site, Watch, check, say

NL = {
    "locale": "nl-NL",
    "begin": "Begin",
    "box": "Jouw bericht",
    "send": "Verstuur",
    "why": "Waarom dit antwoord?",
    "first": "Dat hoort bij een eerste antwoord.",
    "wrong": "Klopt dit antwoord niet?",
    "general": "Te algemeen",
    "heed": "Let hierop",
    "noted": "Het volgende antwoord let op: ‘Te algemeen’.",
    "shorter": "Korter",
    "again": "Probeer anders",
    "concrete": "Concreter",
    "incident": "Meld een incident",
    "what": "Wat ging er mis?",
    "read": "Lees het verslag",
    "make": "Maak het bestand",
}
EN = {
    "locale": "en-GB",
    "begin": "Begin",
    "box": "Your message",
    "send": "Send",
    "why": "Why this reply?",
    "first": "That belongs to a first reply.",
    "wrong": "Is this reply not right?",
    "general": "Too general",
    "heed": "Take this into account",
    "noted": "The next reply takes this into account: ‘Too general’.",
    "shorter": "Shorter",
    "again": "Try another way",
    "concrete": "More concrete",
    "incident": "Report an incident",
    "what": "What went wrong?",
    "read": "Read the report",
    "make": "Make the file",
}
FIRST = [
    Sentence("Dit is een programma.", form="note", paragraph=True),
    Sentence("Dat is veel.", paragraph=True),
    Done(left_out=("flattery",), events=(Event("disclosure", (("why", "first"),)),), more=True),
]


@pytest.fixture(params=[NL, EN], ids=["nl", "en"])
def tongue(request: pytest.FixtureRequest) -> dict[str, str]:
    return request.param


@pytest.fixture
def narrow(browser: Browser, watch: Watch, tongue: dict[str, str]) -> Iterator[Page]:
    context = browser.new_context(locale=tongue["locale"], viewport={"width": 360, "height": 740})
    context.set_default_timeout(10_000)
    context.on("page", watch.follow)
    yield context.new_page()
    context.close()


def opened(site: Site, page: Page, tongue: dict[str, str]) -> None:
    """A conversation with one reply in it, that may be made anew."""
    site.desk.script = list(FIRST)
    page.goto(site.url)
    page.get_by_role("button", name=tongue["begin"]).click()
    page.wait_for_url("**/gesprek/*")
    site.desk.talks["c1"].view = {"again": True}
    say(page, "Mijn baas was boos.")
    expect(page.get_by_role("button", name=tongue["send"])).to_be_visible()


def test_a_person_sees_why_and_says_what_is_not_right(site: Site, narrow: Page, tongue: dict[str, str]) -> None:
    opened(site, narrow, tongue)
    told = narrow.locator("#w-m1")
    expect(told.get_by_text(tongue["first"])).to_be_hidden()
    told.get_by_text(tongue["why"]).click()
    expect(told.get_by_text(tongue["first"])).to_be_visible()
    check(narrow, "unfolded")
    told.get_by_role("link", name=tongue["wrong"]).click()
    expect(narrow.locator("main")).to_contain_text(tongue["first"])
    check(narrow, "the page of a reply")
    narrow.get_by_label(tongue["general"]).check()
    narrow.get_by_role("button", name=tongue["heed"]).click()
    expect(narrow.get_by_text(tongue["noted"])).to_be_visible()
    check(narrow, "noted")
    assert site.desk.feedback == {"c1": Feedback.TOO_GENERAL}


def test_another_reply_comes_in_the_place_of_the_last(site: Site, narrow: Page, tongue: dict[str, str]) -> None:
    opened(site, narrow, tongue)
    narrow.get_by_label(tongue["box"]).fill("Ik was nog bezig")
    site.desk.script = [Sentence("Kort.", paragraph=True), Done()]
    narrow.get_by_role("button", name=tongue["shorter"]).click()
    expect(narrow.locator("#b-m1")).to_have_text("Kort.")
    expect(narrow.get_by_role("button", name=tongue["send"])).to_be_visible()
    expect(narrow.locator(".message")).to_have_count(2)
    expect(narrow.locator("#w-m1")).to_have_count(1)
    expect(narrow.get_by_label(tongue["box"])).to_have_value("Ik was nog bezig")
    narrow.get_by_text(tongue["again"], exact=True).click()
    check(narrow, "ways to try again")
    site.desk.script = [Sentence("Eén moment.", paragraph=True), Done()]
    narrow.get_by_role("button", name=tongue["concrete"]).click()
    expect(narrow.locator("#b-m1")).to_have_text("Eén moment.")
    assert site.desk.anothers == [Another.SHORTER, Another.CONCRETE]
    assert site.desk.sent == ["Mijn baas was boos."]


def test_another_reply_is_made_by_keyboard_and_announced(site: Site, narrow: Page, tongue: dict[str, str]) -> None:
    opened(site, narrow, tongue)
    site.desk.script = [Sentence("Kort.", paragraph=True), Done()]
    narrow.get_by_role("button", name=tongue["shorter"]).focus()
    narrow.keyboard.press("Enter")
    expect(narrow.locator("#announce")).to_have_text("Kort.")
    expect(narrow.get_by_label(tongue["box"])).to_be_focused()


def test_a_report_of_an_incident_is_read_and_taken_along(
    site: Site, narrow: Page, tongue: dict[str, str], tmp_path: Path
) -> None:
    opened(site, narrow, tongue)
    say(narrow, "Dit is geheim.")
    expect(narrow.locator(".message")).to_have_count(4)
    expect(narrow.get_by_role("button", name=tongue["send"])).to_be_visible()
    narrow.goto(site.url + "/gesprekken")
    narrow.get_by_role("link", name=tongue["incident"]).click()
    expect(narrow.get_by_role("heading", name=tongue["incident"])).to_be_visible()
    check(narrow, "which conversation")
    narrow.locator(".row-title").first.click()
    narrow.get_by_label(tongue["what"]).fill("Het antwoord was naar.")
    narrow.get_by_label("Dit is geheim.").uncheck()
    check(narrow, "what goes in")
    narrow.get_by_role("button", name=tongue["read"]).click()
    expect(narrow.locator(".report")).to_contain_text("Mijn baas was boos.")
    expect(narrow.locator(".report")).not_to_contain_text("geheim")
    check(narrow, "the report")
    with narrow.expect_download() as coming:
        narrow.get_by_role("button", name=tongue["make"]).click()
    file = tmp_path / coming.value.suggested_filename
    coming.value.save_as(file)
    text = file.read_text(encoding="utf-8")
    assert "Het antwoord was naar." in text and "geheim" not in text


def test_all_of_it_works_without_scripts(site: Site, browser: Browser, watch: Watch, tongue: dict[str, str]) -> None:
    context = browser.new_context(locale=tongue["locale"], java_script_enabled=False)
    context.set_default_timeout(10_000)
    context.on("page", watch.follow)
    page = context.new_page()
    site.desk.script = list(FIRST)
    page.goto(site.url)
    page.get_by_role("button", name=tongue["begin"]).click()
    site.desk.talks["c1"].view = {"again": True}
    page.get_by_label(tongue["box"]).fill("Mijn baas was boos.")
    page.get_by_role("button", name=tongue["send"]).click()
    page.locator("#w-m1 summary").click()
    expect(page.locator("#w-m1").get_by_text(tongue["first"])).to_be_visible()
    page.locator("#w-m1").get_by_role("link", name=tongue["wrong"]).click()
    page.get_by_label(tongue["general"]).check()
    page.get_by_role("button", name=tongue["heed"]).click()
    expect(page.get_by_text(tongue["noted"])).to_be_visible()
    page.get_by_label(tongue["box"]).fill("Ik was nog bezig")
    site.desk.script = [Sentence("Kort.", paragraph=True), Done()]
    page.get_by_role("button", name=tongue["shorter"]).click()
    expect(page.locator("#b-m1")).to_have_text("Kort.")
    expect(page.get_by_label(tongue["box"])).to_have_value("Ik was nog bezig")
    context.close()
