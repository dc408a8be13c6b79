"""The same pages with JavaScript switched off: plain forms, whole replies."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from app.conversation.values import Done, Sentence
from tests.browser.conftest import Site, Watch
from tests.web.fake_desk import PASSPHRASE, RECOVERY_CODE


@pytest.fixture
def plain(browser: Browser, watch: Watch) -> Iterator[Page]:
    watch.allowed_errors = ("status of 413", "status of 422", "ERR_INTERNET_DISCONNECTED")
    context = browser.new_context(locale="nl-NL", java_script_enabled=False)
    context.set_default_timeout(10_000)
    context.on("page", watch.follow)
    yield context.new_page()
    context.close()


def begin(site: Site, page: Page) -> None:
    page.goto(site.url)
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_label("Jouw bericht")).to_be_visible()


def test_a_conversation_works_from_begin_to_leaving_fast(site: Site, plain: Page) -> None:
    site.desk.script = [Sentence("Dat is veel.", paragraph=True), Sentence("Wat weegt het zwaarst?"), Done()]
    begin(site, plain)
    plain.get_by_label("Jouw bericht").fill("Het is druk.")
    plain.get_by_role("button", name="Verstuur").click()
    expect(plain.locator(".message.program")).to_contain_text("Dat is veel. Wat weegt het zwaarst?")
    plain.get_by_role("button", name="Snel weg").click()
    expect(plain).to_have_title("Notities")
    plain.go_back()
    expect(plain.locator("body")).not_to_contain_text("Dat is veel.")


def test_quick_answers_are_ordinary_buttons(site: Site, plain: Page) -> None:
    begin(site, plain)
    site.desk.talks["c1"].view = {"quick_answers": True}
    plain.reload()
    plain.get_by_role("button", name="Soms").click()
    expect(plain.locator(".message.you")).to_contain_text("Soms")


def test_a_text_that_is_too_long_comes_back_in_the_box(site: Site, plain: Page) -> None:
    begin(site, plain)
    plain.get_by_label("Jouw bericht").fill("woord " * 17_000)
    plain.get_by_role("button", name="Verstuur").click()
    expect(plain.get_by_text("Deze tekst is te lang.")).to_be_visible()
    assert len(plain.get_by_label("Jouw bericht").input_value()) > 100_000


def test_help_opens_without_scripts_and_without_the_server(site: Site, plain: Page) -> None:
    begin(site, plain)
    plain.context.set_offline(True)
    plain.get_by_role("button", name="Hulp nu").click()
    expect(plain.locator("#help-now").get_by_text("Toets 112", exact=True)).to_be_visible()


def test_keeping_locking_and_opening_again(site: Site, plain: Page) -> None:
    begin(site, plain)
    plain.goto(f"{site.url}/bewaren")
    plain.get_by_label("Kies een wachtzin").fill(PASSPHRASE)
    plain.get_by_label("Typ de wachtzin nog een keer").fill(PASSPHRASE)
    plain.get_by_role("button", name="Bewaren").click()
    expect(plain.get_by_text(RECOVERY_CODE)).to_be_visible()
    plain.get_by_role("link", name="Verder naar het gesprek").click()
    plain.get_by_role("button", name="Op slot").click()
    plain.get_by_label("Wachtzin", exact=True).fill("iets anders")
    plain.get_by_role("button", name="Openen").click()
    expect(plain.get_by_text("Er is niets kwijt. Wacht 3 seconden")).to_be_visible()
    plain.get_by_role("link", name="Gebruik je herstelcode").click()
    plain.get_by_label("Herstelcode").fill(RECOVERY_CODE)
    plain.get_by_role("button", name="Openen").click()
    expect(plain.get_by_role("button", name="Verstuur")).to_be_visible()
