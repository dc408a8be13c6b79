"""Pages for everybody: axe finds nothing, 360 pixels and a keyboard are enough, both languages are whole."""

from dataclasses import replace
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, Page, expect

from app.conversation.values import Box, Done, Sentence
from guardrails.values import Session
from tests.browser.conftest import Site, Watch, check, say
from tests.web.fake_desk import CARDS, PASSPHRASE

CLOSED = ("/", "/hulp", "/hulp/mens", "/leren", "/leren/sleep", "/notities", "/nergens")
OPEN = (
    "/",
    "/hulp",
    "/gesprekken",
    "/gesprekken/c1/wissen",
    "/gesprekken/c1/meenemen",
    "/gesprekken/meenemen",
    "/gesprekken/terugzetten",
    "/gebruik",
    "/alles-wissen",
    "/bewaren",
    "/instellingen",
    "/gereedschap",
    "/gereedschap/order_thoughts",
    "/gereedschap/breathe",
    "/bewaren/sleutels",
    "/privacy",
    "/leren",
    "/leren/panic",
)


def fill(site: Site) -> None:
    """A conversation with everything in it that a page can show."""
    site.desk.talks["c1"].view = {
        "quick_answers": True,
        "card": replace(CARDS[1], closing="Gevaar? Toets 112."),
        "offer_to_keep": True,
        "session": Session(resting=True, rest_minutes_left=12, kept=False),
    }
    site.desk.script = [
        Sentence("Dit is een programma.", form="note", paragraph=True),
        Sentence("Dat is veel.", paragraph=True),
        Sentence("Denk je aan zelfmoord?", form="question", paragraph=True),
        Box(CARDS[1]),
        Done(left_out=("flattery",), more=True),
    ]


def closed_pages(site: Site, page: Page) -> None:
    for path in CLOSED:
        page.goto(site.url + path)
        check(page, path)


def open_pages(site: Site, page: Page) -> None:
    page.goto(site.url)
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/gesprek/*")
    fill(site)
    say(page, "Een woord van " + "lang" * 40)
    expect(page.get_by_role("button", name="Verstuur")).to_be_visible()
    check(page, "while talking")
    for path in OPEN:
        page.goto(site.url + path)
        check(page, path)
    page.get_by_role("button", name="Hulp nu").click()
    check(page, "help panel")


def pages_with_a_secret(site: Site, page: Page) -> None:
    page.goto(site.url + "/bewaren")
    page.get_by_label("Kies een wachtzin").fill(PASSPHRASE)
    page.get_by_label("Typ de wachtzin nog een keer").fill(PASSPHRASE)
    page.get_by_role("button", name="Bewaren").click()
    page.wait_for_selector("#code")
    check(page, "recovery code")
    site.do(site.desk.lock)
    for path in ("/", "/herstelcode"):
        page.goto(site.url + path)
        check(page, f"locked {path}")
    page.goto(site.url)
    page.get_by_label("Wachtzin", exact=True).fill("nee")
    page.keyboard.press("Enter")
    page.wait_for_selector("#wrong")
    check(page, "wrong passphrase")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 360, 1440])
def test_every_page_passes_axe_and_fits(site: Site, browser: Browser, watch: Watch, scheme: str, width: int) -> None:
    watch.allowed_errors = ("404", "422")
    context = browser.new_context(
        locale="nl-NL",
        viewport={"width": width, "height": 740},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    context.on("page", watch.follow)
    page = context.new_page()
    closed_pages(site, page)
    open_pages(site, page)
    pages_with_a_secret(site, page)
    context.close()


def test_the_keyboard_alone_is_enough(site: Site, page: Page) -> None:
    page.goto(site.url)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Naar de inhoud")).to_be_focused()
    page.get_by_role("button", name="Begin").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/gesprek/*")
    expect(page.get_by_label("Jouw bericht")).to_be_focused()
    page.keyboard.type("Hallo")
    page.keyboard.press("Enter")
    expect(page.locator(".message.program")).to_contain_text("Dat klinkt zwaar.")
    page.get_by_role("button", name="Hulp nu").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#help-now")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#help-now")).to_be_hidden()
    expect(page.get_by_role("button", name="Hulp nu")).to_be_focused()


def test_english_is_whole(site: Site, page: Page) -> None:
    page.goto(site.url)
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Talk about what is on your mind")).to_be_visible()
    page.get_by_label("Country").select_option("BE")
    page.get_by_role("button", name="Begin").click()
    site.desk.script = [Sentence("That is a lot.", paragraph=True), Done()]
    say(page, "It is busy.")
    expect(page.locator(".message.program")).to_contain_text("That is a lot.")
    expect(page.get_by_text("Computer program, not a person")).to_be_visible()
    assert site.desk.preferences.country.value == "BE"


def test_a_conversation_gets_a_name_and_is_deleted(site: Site, talk: Page) -> None:
    talk.get_by_role("link", name="Gesprekken").click()
    talk.get_by_text("Naam wijzigen").click()
    talk.get_by_label("Nieuwe naam").fill("Over het werk")
    talk.get_by_role("button", name="Opslaan").click()
    talk.get_by_role("link", name="Over het werk wissen").click()
    talk.get_by_role("button", name="Ja, wissen").click()
    expect(talk.get_by_text("Er zijn nog geen gesprekken.")).to_be_visible()


def test_htmx_keeps_no_history_and_the_page_leaves_nothing_in_browser_storage(site: Site, talk: Page) -> None:
    say(talk, "Kanarie-in-een-kooi")
    expect(talk.locator(".message.program")).to_contain_text("Dat klinkt zwaar.")
    stored = talk.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, history.state, document.title])")
    assert stored == '[{},{},null,"Klankbord"]'


def test_every_page_can_be_enlarged_to_twice_its_size(site: Site, browser: Browser, watch: Watch) -> None:
    """A window of 1280 pixels at 200 %: half as wide for the page, and nothing beside it."""
    watch.allowed_errors = ("404", "422")
    context = browser.new_context(locale="nl-NL", viewport={"width": 640, "height": 400}, device_scale_factor=2)
    context.on("page", watch.follow)
    page = context.new_page()
    closed_pages(site, page)
    open_pages(site, page)
    context.close()


HEADINGS = """
() => [...document.querySelectorAll("main h1, main h2, main h3, main h4")]
  .filter((heading) => heading.checkVisibility()).map((heading) => Number(heading.tagName[1]))
"""
STOPS = """
() => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
  .filter((stop) => !stop.disabled && stop.checkVisibility()).map((stop) => stop.tabIndex)
"""


def test_headings_go_down_one_step_at_a_time_and_tab_follows_the_page(site: Site, page: Page, watch: Watch) -> None:
    watch.allowed_errors = ("404", "422")
    page.goto(site.url)
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/gesprek/*")
    fill(site)
    say(page, "Hallo")
    expect(page.get_by_role("button", name="Verstuur")).to_be_visible()
    for path in ("", *OPEN):
        if path:
            page.goto(site.url + path)
        levels = page.evaluate(HEADINGS)
        assert levels[0] == 1, path
        assert [pair for pair in pairwise(levels) if pair[1] > pair[0] + 1] == [], path
        assert {stop for stop in page.evaluate(STOPS) if stop > 0} == set(), path  # no place jumps the queue
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Naar de inhoud")).to_be_focused()


def test_a_conversation_is_had_with_one_finger(site: Site, talk: Page) -> None:
    """Only taps: the short answers send, and none of them stands beside a direct question."""
    talk.get_by_role("button", name="Mijn hoofd is vol.").click()
    expect(talk.locator(".message.program")).to_contain_text("Dat klinkt zwaar.")
    expect(talk.locator(".answers button")).to_have_count(3)
    site.desk.script = [Sentence("Denk je aan zelfmoord?", form="question", paragraph=True), Done(quick_answers=True)]
    site.desk.talks["c1"].view = {"quick_answers": True}
    talk.locator(".answers button").first.click()
    expect(talk.get_by_text("Denk je aan zelfmoord?").first).to_be_visible()
    expect(talk.get_by_role("button", name="Zeg ik liever niet")).to_be_visible()
    expect(talk.locator(".answers")).to_have_count(0)
    assert len(site.desk.sent) == 2
