"""Locking, Snel weg, idle, more tabs: what was on the screen goes, and Back does not bring it back."""

import asyncio

from playwright.sync_api import BrowserContext, Page, expect

from app.conversation.values import Done, Phase, Sentence
from tests.browser.conftest import Site, Watch, check, say

SECRET = "Mijn geheim van vandaag"


def test_leaving_fast_wipes_and_back_stays_on_the_notes(site: Site, talk: Page) -> None:
    say(talk, SECRET)
    expect(talk.get_by_role("button", name="Verstuur")).to_be_visible()
    talk.get_by_role("button", name="Snel weg").click()
    expect(talk).to_have_title("Notities")
    assert site.desk.phase is Phase.NEW
    talk.go_back()
    expect(talk).to_have_title("Notities")
    expect(talk.locator("body")).not_to_contain_text(SECRET)


def test_escape_twice_leaves_fast(site: Site, talk: Page) -> None:
    talk.keyboard.press("Escape")
    talk.keyboard.press("Escape")
    expect(talk).to_have_title("Notities")
    assert site.desk.phase is Phase.NEW


def test_the_escape_that_closes_help_does_not_count_for_leaving(site: Site, talk: Page) -> None:
    talk.get_by_role("button", name="Hulp nu").click()
    talk.keyboard.press("Escape")
    expect(talk.locator("#help-now")).to_be_hidden()
    talk.keyboard.press("Escape")
    talk.wait_for_timeout(300)
    assert site.desk.phase is Phase.OPEN


def test_the_escape_that_stops_a_reply_does_not_count_for_leaving(site: Site, talk: Page) -> None:
    site.desk.script = [Sentence("Begin.", paragraph=True), asyncio.Event(), Done()]
    say(talk, "Hoi")
    expect(talk.locator(".message.program")).to_contain_text("Begin.")
    for _ in range(3):
        talk.keyboard.press("Escape")
    expect(talk.get_by_role("button", name="Verstuur")).to_be_visible()
    assert site.desk.phase is Phase.OPEN


def test_a_lock_shows_in_the_other_tab(site: Site, context: BrowserContext, talk: Page) -> None:
    site.desk.kept = site.desk.vault = True
    say(talk, SECRET)
    expect(talk.get_by_role("button", name="Verstuur")).to_be_visible()
    other = context.new_page()
    other.goto(talk.url)
    expect(other.locator("#messages")).to_contain_text(SECRET)
    other.get_by_role("button", name="Op slot").click()
    for tab in (talk, other):
        expect(tab.get_by_role("heading", name="Je gesprekken zijn op slot")).to_be_visible(timeout=2_000)
        expect(tab.locator("body")).not_to_contain_text(SECRET)


def test_a_lock_by_the_program_itself_shows_within_two_seconds(site: Site, talk: Page) -> None:
    site.desk.kept = site.desk.vault = True
    site.do(site.desk.lock)
    expect(talk.get_by_role("heading", name="Je gesprekken zijn op slot")).to_be_visible(timeout=2_000)


def test_leaving_fast_in_one_tab_takes_the_other_along(site: Site, context: BrowserContext, talk: Page) -> None:
    other = context.new_page()
    other.goto(talk.url)
    talk.get_by_role("button", name="Snel weg").click()
    expect(other).to_have_title("Notities", timeout=2_000)


def test_two_tabs_send_at_once_and_both_see_both(site: Site, context: BrowserContext, talk: Page) -> None:
    other = context.new_page()
    other.goto(talk.url)
    say(talk, "Van links")
    say(other, "Van rechts")
    for tab in (talk, other):
        expect(tab.locator("#messages")).to_contain_text("Van links")
        expect(tab.locator("#messages")).to_contain_text("Van rechts")
    assert sorted(site.desk.sent) == ["Van links", "Van rechts"]


def test_nobody_there_covers_the_screen_when_nothing_is_kept(site: Site, context: BrowserContext) -> None:
    page = context.new_page()
    page.clock.install()
    page.goto(site.url)
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/gesprek/*")
    page.clock.run_for(14 * 60_000 + 2_000)
    expect(page.get_by_text("Dan wordt het scherm afgedekt.")).to_be_visible()
    check(page, "the warning")
    page.clock.run_for(60_000)
    expect(page.get_by_role("heading", name="Het scherm is afgedekt")).to_be_visible()
    check(page, "the cover")
    page.get_by_role("button", name="Verder").click()
    expect(page.get_by_label("Jouw bericht")).to_be_focused()
    assert site.desk.phase is Phase.OPEN


def test_nobody_there_leaves_the_numbers_in_view_and_hides_the_words(site: Site, context: BrowserContext) -> None:
    page = context.new_page()
    page.clock.install()
    page.goto(site.url)
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/gesprek/*")
    page.get_by_role("button", name="Hulp nu").click()
    page.clock.run_for(15 * 60_000 + 2_000)
    expect(page.locator("#help-now").get_by_text("Toets 112", exact=True)).to_be_visible()
    expect(page.locator("#messages")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.get_by_label("Jouw bericht")).to_be_visible()


def test_nobody_there_locks_what_is_kept_and_keeps_the_draft(site: Site, context: BrowserContext) -> None:
    page = context.new_page()
    page.clock.install()
    page.goto(site.url)
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/gesprek/*")
    site.desk.kept = site.desk.vault = True
    page.reload()
    page.get_by_label("Jouw bericht").fill("nog niet af")
    page.clock.run_for(14 * 60_000 + 2_000)
    expect(page.get_by_text("Dan gaat het scherm op slot.")).to_be_visible()
    page.clock.run_for(60_000)
    expect(page.get_by_role("heading", name="Je gesprekken zijn op slot")).to_be_visible()
    assert site.desk.talks["c1"].draft == "nog niet af"


def test_help_opens_and_the_text_stays_when_the_program_is_gone(site: Site, watch: Watch, talk: Page) -> None:
    watch.allowed_errors = ("ERR_INTERNET_DISCONNECTED", "Failed to fetch")
    talk.context.set_offline(True)
    say(talk, "Komt dit aan?")
    expect(talk.get_by_text("Je tekst staat er nog.")).to_be_visible()
    expect(talk.get_by_label("Jouw bericht")).to_have_value("Komt dit aan?")
    talk.get_by_role("button", name="Hulp nu").click()
    expect(talk.locator("#help-now").get_by_text("Toets 112", exact=True)).to_be_visible()
