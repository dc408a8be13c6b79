"""The main job in a real browser: write, read the reply as it comes, stop it, go on."""

import asyncio

from playwright.sync_api import Page, expect

from app.conversation.values import Box, Done, Sentence
from tests.browser.conftest import Site, Watch, say
from tests.web.fake_desk import CARDS


def test_a_reply_appears_sentence_by_sentence_and_the_box_is_ready_again(site: Site, talk: Page) -> None:
    gate = asyncio.Event()
    site.desk.script = [
        Sentence("Dat is veel.", paragraph=True),
        gate,
        Sentence("Wat weegt het zwaarst?"),
        Done(),
    ]
    say(talk, "Het is druk <b>thuis</b>.")
    expect(talk.locator(".message.you")).to_contain_text("Het is druk <b>thuis</b>.")
    reply = talk.locator(".message.program")
    expect(reply).to_contain_text("Dat is veel.")
    expect(reply).to_have_attribute("aria-busy", "true")
    expect(talk.get_by_label("Jouw bericht")).to_have_value("")
    site.go_on(gate)
    expect(reply.locator("p.piece")).to_have_text("Dat is veel. Wat weegt het zwaarst?")
    expect(reply).not_to_have_attribute("aria-busy", "true")
    expect(talk.get_by_label("Jouw bericht")).to_be_focused()
    expect(talk.get_by_role("button", name="Verstuur")).to_be_visible()


def test_whole_sentences_and_cards_reach_a_screen_reader(site: Site, talk: Page) -> None:
    site.desk.script = [Sentence("Eén.", paragraph=True), Sentence("Twee."), Box(CARDS[0]), Done()]
    say(talk, "Hoi")
    expect(talk.get_by_role("log").locator("p")).to_have_text(["Eén.", "Twee.", CARDS[0].as_text()])


def test_stop_ends_the_reply_and_what_was_shown_stays(site: Site, talk: Page) -> None:
    site.desk.script = [Sentence("Begin.", paragraph=True), asyncio.Event(), Done()]
    say(talk, "Hoi")
    expect(talk.locator(".message.program")).to_contain_text("Begin.")
    talk.get_by_role("button", name="Stop").click()
    expect(talk.get_by_role("button", name="Verstuur")).to_be_visible()
    expect(talk.locator(".message.program")).to_contain_text("Begin.")
    assert site.desk.stopped == ["c1"]


def test_escape_stops_the_reply(site: Site, talk: Page) -> None:
    site.desk.script = [Sentence("Begin.", paragraph=True), asyncio.Event(), Done()]
    say(talk, "Hoi")
    expect(talk.locator(".message.program")).to_contain_text("Begin.")
    talk.keyboard.press("Escape")
    expect(talk.get_by_role("button", name="Verstuur")).to_be_visible()
    assert site.desk.stopped == ["c1"]


def test_a_stream_that_ends_is_not_asked_for_again(site: Site, talk: Page) -> None:
    say(talk, "Eén keer")
    expect(talk.get_by_role("button", name="Verstuur")).to_be_visible()
    say(talk, "Nog een keer")
    expect(talk.locator(".message.program")).to_have_count(2)
    talk.wait_for_timeout(1500)
    assert site.desk.sent == ["Eén keer", "Nog een keer"]


def test_leaving_the_page_ends_the_reply_on_the_server(site: Site, talk: Page) -> None:
    site.desk.script = [Sentence("Begin.", paragraph=True), asyncio.Event(), Done()]
    say(talk, "Hoi")
    expect(talk.locator(".message.program")).to_contain_text("Begin.")
    talk.goto(f"{site.url}/gesprekken")
    expect(talk.get_by_role("heading", name="Gesprekken")).to_be_visible()
    talk.wait_for_timeout(500)
    assert site.desk.closed_early == 1


def test_a_quick_answer_is_sent_with_its_words_and_the_draft_stays(site: Site, talk: Page) -> None:
    site.desk.talks["c1"].view = {"quick_answers": True}
    talk.reload()
    talk.get_by_label("Jouw bericht").fill("half bericht")
    talk.get_by_role("button", name="Weet ik niet").click()
    expect(talk.locator(".message.you")).to_contain_text("Weet ik niet")
    expect(talk.get_by_label("Jouw bericht")).to_have_value("half bericht")
    assert site.desk.sent == ["Weet ik niet"]


def test_a_text_that_is_too_long_gets_one_sentence_and_stays_in_the_box(site: Site, talk: Page) -> None:
    long = "woord " * 17_000
    say(talk, long)
    expect(talk.get_by_text("Deze tekst is te lang.")).to_be_visible()
    expect(talk.get_by_label("Jouw bericht")).to_have_value(long)
    assert site.desk.sent == []


def test_a_message_of_more_lines_is_written_with_shift_and_enter(site: Site, talk: Page) -> None:
    talk.get_by_label("Jouw bericht").press_sequentially("een")
    talk.keyboard.press("Shift+Enter")
    talk.get_by_label("Jouw bericht").press_sequentially("twee")
    talk.keyboard.press("Enter")
    expect(talk.locator(".message.you .piece")).to_have_text("een\ntwee")
    assert site.desk.sent == ["een\ntwee"]


def test_what_was_typed_is_still_there_after_a_look_at_another_page(talk: Page) -> None:
    talk.get_by_label("Jouw bericht").fill("nog niet af")
    talk.get_by_role("link", name="Gesprekken").click()
    talk.get_by_role("link", name="24 november, 15:02", exact=True).click()
    expect(talk.get_by_label("Jouw bericht")).to_have_value("nog niet af")


def test_a_reply_that_breaks_off_says_so_and_the_conversation_goes_on(site: Site, talk: Page, watch: Watch) -> None:
    watch.allowed_errors = ("ERR_INCOMPLETE_CHUNKED_ENCODING", "htmx:sse:error")
    gate = asyncio.Event()
    site.desk.script = [Sentence("Begin.", paragraph=True), gate, RuntimeError("broken on purpose")]
    say(talk, "Hoi")
    expect(talk.locator(".message.program")).to_contain_text("Begin.")
    site.go_on(gate)
    expect(talk.get_by_text("Het antwoord is afgebroken.")).to_be_visible()
    expect(talk.locator(".message.program")).to_contain_text("Begin.")
    site.desk.script = [Sentence("Verder.", paragraph=True), Done()]
    say(talk, "En nu?")
    expect(talk.locator(".message.program").last).to_contain_text("Verder.")
    expect(talk.get_by_text("Het antwoord is afgebroken.")).to_be_hidden()


def test_a_card_in_the_reply_stays_in_view_when_the_reply_is_long(site: Site, talk: Page) -> None:
    talk.set_viewport_size({"width": 360, "height": 640})
    for _ in range(2):
        say(talk, "Hoi")
        expect(talk.get_by_role("button", name="Verstuur")).to_be_visible()
    site.desk.talks["c1"].view = {"quick_answers": True, "card": CARDS[1]}
    site.desk.script = [Box(CARDS[0]), Sentence("Dat is veel. " * 12, paragraph=True), Done()]
    say(talk, "Help")
    expect(talk.get_by_role("button", name="Soms")).to_be_attached()
    expect(talk.locator("#messages .number", has_text="112")).to_be_in_viewport()
    talk.reload()
    expect(talk.locator("#messages .card")).to_be_in_viewport()
