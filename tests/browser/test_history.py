"""Looking back in a real browser: search, the warning before a file, a file that comes back, the time spent."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site, Watch, check, say

NL = {
    "locale": "nl-NL",
    "begin": "Begin",
    "send": "Verstuur",
    "search": "Zoek in je gesprekken",
    "none": "Er is niets gevonden.",
    "all": "Alle gesprekken meenemen als bestand",
    "warning": "Wie het opent, kan alles lezen.",
    "json": "Om later terug te zetten",
    "make": "Maak het bestand",
    "file": "Kies het bestand",
    "back": "Zet terug",
    "done": "Er is één gesprek teruggezet.",
    "strange": "Dit bestand is niet van Klankbord.",
    "usage": "Alleen gesprekken die er nog staan",
}
EN = {
    "locale": "en-GB",
    "begin": "Begin",
    "send": "Send",
    "search": "Search your conversations",
    "none": "Nothing was found.",
    "all": "Take all conversations along as a file",
    "warning": "Anyone who opens it can read everything.",
    "json": "To bring back later",
    "make": "Make the file",
    "file": "Choose the file",
    "back": "Bring back",
    "done": "One conversation was brought back.",
    "strange": "This file is not from Klankbord.",
    "usage": "Only conversations that are still here",
}


@pytest.fixture(params=[NL, EN], ids=["nl", "en"])
def tongue(request: pytest.FixtureRequest) -> dict[str, str]:
    return request.param


def opened(site: Site, page: Page, tongue: dict[str, str]) -> None:
    page.goto(site.url)
    page.get_by_role("button", name=tongue["begin"]).click()
    page.wait_for_url("**/gesprek/*")
    say(page, "Ik zat in het café.")
    expect(page.get_by_role("button", name=tongue["send"])).to_be_visible()
    page.goto(site.url + "/gesprekken")


def test_a_person_finds_takes_along_and_brings_back(
    site: Site, browser: Browser, watch: Watch, tongue: dict[str, str], tmp_path: Path
) -> None:
    watch.allowed_errors = ("422",)
    context = browser.new_context(locale=tongue["locale"], viewport={"width": 360, "height": 740})
    context.on("page", watch.follow)
    page = context.new_page()
    opened(site, page, tongue)
    page.get_by_label(tongue["search"]).fill("CAFE")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Ik zat in het café.")
    assert "cafe" not in page.url.lower()
    check(page, "found")
    page.get_by_label(tongue["search"]).fill("zeppelin")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text(tongue["none"])
    check(page, "nothing found")

    page.goto(site.url + "/gesprekken")
    page.get_by_role("link", name=tongue["all"]).click()
    expect(page.locator("main")).to_contain_text(tongue["warning"])
    page.get_by_label(tongue["json"]).check()
    with page.expect_download() as coming:
        page.get_by_role("button", name=tongue["make"]).click()
    file = tmp_path / coming.value.suggested_filename
    coming.value.save_as(file)
    assert "café" in file.read_text(encoding="utf-8") and "café" not in file.name

    page.goto(site.url + "/gesprekken/terugzetten")
    page.get_by_label(tongue["file"]).set_input_files(file)
    expect(page.locator("#text")).to_have_value(file.read_text(encoding="utf-8"))
    page.get_by_role("button", name=tongue["back"]).click()
    expect(page.get_by_role("status").filter(has_text=tongue["done"])).to_be_visible()
    check(page, "brought back")
    page.locator("#text").fill("iets anders")
    page.get_by_role("button", name=tongue["back"]).click()
    expect(page.locator("main")).to_contain_text(tongue["strange"])
    check(page, "refused")
    page.goto(site.url + "/gebruik")
    expect(page.locator("main")).to_contain_text(tongue["usage"])
    context.close()
