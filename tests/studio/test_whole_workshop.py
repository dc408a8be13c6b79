"""A whole workshop in a real browser, in both languages: three code names, every phase, one of them withdraws."""

import csv
import io
import json
from pathlib import Path

import pytest
from playwright.sync_api import Page

from app.evidence.probes import load_probes, run_replies, run_risk
from app.studio import workshop
from app.studio.exports import unguarded
from app.web.words import Words, load_words
from guardrails.guard import Guard, load
from guardrails.values import Language
from tests.browser.conftest import Watch, check
from tests.commands.conftest import HOME, run_command
from tests.studio.conftest import PASSPHRASE, StudioProcess, everything

ALLOWED = ("422", "Permissions-Policy header: Unrecognized feature")
CODES = ("Egel", "Merel", "Otter")
MESSAGES = {
    "nl": "Mijn buurvrouw groet me niet meer sinds het feest.",
    "en": "My neighbour has not greeted me since the party.",
}
SENTENCES = {"nl": "Dit is een computerprogramma, geen mens. Het kan fouten", "en": "This is a computer program, not a"}


class Group:
    """The facilitator at the keyboard, in one language."""

    def __init__(self, page: Page, words: Words) -> None:
        self.page, self.words = page, words

    def t(self, key: str, **fields: object) -> str:
        return self.words.say(f"ws.{key}", **fields)

    def press(self, key: str, **fields: object) -> None:
        self.page.get_by_role("button", name=self.t(key, **fields), exact=True).click()

    def phase(self, name: str) -> None:
        links = self.page.get_by_role("navigation", name=self.t("phases"))
        links.get_by_role("link", name=self.t(f"phase.{name}")).click()
        self.page.wait_for_url(f"**/fase/{name}")
        check(self.page, name)

    def fill(self, key: str, text: str) -> None:
        self.page.get_by_label(self.t(key), exact=True).fill(text)

    def new(self) -> None:
        self.fill("door.new_passphrase", PASSPHRASE)
        self.fill("door.again", PASSPHRASE)
        self.press("door.new")
        self.page.wait_for_url("**/fase/welcome")

    def join(self, code: str) -> None:
        self.fill("welcome.code", code)
        self.page.get_by_label(self.t("welcome.consent")).check()
        self.press("welcome.join")
        self.page.get_by_role("link", name=self.t("welcome.withdraw", code=code)).wait_for()

    def case(self, teller: str, message: str, canary: str) -> None:
        self.page.get_by_label(self.t("who")).select_option(label=teller)
        self.page.get_by_label(self.t("case.told")).check()
        self.page.get_by_label(self.t("case.invented")).check()
        self.fill("case.messages", message)
        self.fill("case.situation", f"Situatie {canary}")
        self.fill("case.does", f"Vraagt door {canary}")
        self.press("case.add")
        self.page.get_by_text(f"Situatie {canary}").first.wait_for()

    def compare(self, case: int) -> None:
        self.page.get_by_label(self.t("compare.case")).select_option(index=case)
        for mode in ("listen", "push_back"):
            self.page.get_by_label(f"{self.t('brain.guided')}, {self.t(f'mode.{mode}')}", exact=True).check()
        self.press("compare.begin")
        self.page.wait_for_url("**/vergelijking/*")

    def choose(self, code: str, key: str, why: str, **fields: object) -> None:
        self.page.get_by_label(self.t("who")).select_option(label=code)
        self.fill("why", why)
        self.press(key, **fields)
        self.page.wait_for_load_state()

    def export(self, what: str) -> bytes:
        self.page.get_by_label(self.t("close.what")).select_option(what)
        self.page.get_by_label(self.t("close.understood")).check()
        with self.page.expect_download() as download:
            self.press("close.save")
        return Path(download.value.path()).read_bytes()

    def decide(self, link: str, verdict: str, reason: str, clinician: str = "") -> None:
        self.phase("agree")
        self.page.get_by_role("link", name=link).first.click()
        self.page.wait_for_url("**/onderwerp/*")
        self.fill("agree.reason", reason)
        if clinician:
            self.fill("agree.clinician", clinician)
        self.press(f"verdict_do.{verdict}")
        self.page.wait_for_load_state()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_three_code_names_walk_through_every_phase_and_one_withdraws(
    studio: StudioProcess, page: Page, watch: Watch, language: str, tmp_path: Path
) -> None:
    watch.allowed_errors = ALLOWED
    group = Group(page, load_words(HOME, "studio")[Language(language)])
    page.goto(studio.url)
    page.get_by_role("button", name={"nl": "Nederlands", "en": "English"}[language]).click()
    check(page, "door")
    group.new()
    for code in CODES:
        group.join(code)
    assert page.get_by_text(group.words.all("ws.welcome.care")[0]).is_visible()
    group.phase("stories")
    assert page.locator("textarea, main input[type=text]").count() == 0  # a story is told, never typed
    group.phase("cases")
    group.case("Egel", MESSAGES[language], "kanarie-egel")
    group.case("Merel", MESSAGES[language], "casus-merel")

    group.phase("compare")
    group.compare(1)
    check(page, "round")
    assert group.t("mode.listen") not in page.inner_text("main")  # names are hidden
    group.choose("Egel", "compare.best", "waarom-egel", letter="A")
    group.choose("Merel", "compare.both", "waarom-merel")
    group.choose("Otter", "compare.neither", "waarom-otter")
    group.press("compare.reveal")
    page.get_by_text("waarom-merel").wait_for()
    assert group.t("mode.listen") in page.inner_text("main")
    check(page, "revealed")

    group.phase("rewrite")
    page.get_by_label(group.t("who")).select_option(label="Merel")
    group.fill("rewrite.dimension", "Warm genoeg")
    group.press("rewrite.add_dimension")
    page.get_by_role("link", name=group.t("rewrite.number", number=1)).click()
    for code in ("Egel", "Otter"):
        page.locator("#rate-person").select_option(label=code)
        page.get_by_label(group.t("reason.too_general"), exact=True).check()
        page.get_by_label("Warm genoeg").select_option("partly")
        page.locator("#rate-why").fill(f"oordeel-{code}")
        group.press("answer.save_rating")
        page.get_by_text(f"oordeel-{code}").wait_for()
        page.locator("#rewrite-person").select_option(label=code)
        page.locator("#rewrite-text").fill(f"Wat gebeurde er op het feest? {code}.")
        group.press("answer.save_rewrite")
        page.get_by_role("heading", name=group.t("answer.by", code=code)).wait_for()
        page.locator("#comment-person").select_option(label=code)
        page.locator("#comment-text").fill(f"opmerking-{code}")
        group.press("answer.save_comment")
        page.get_by_text(f"opmerking-{code}").wait_for()
    assert page.locator("ins").count() and page.locator("del").count()
    check(page, "answer")

    for code in ("Egel", "Otter"):
        page.get_by_role("link", name=group.t("texts.title"), exact=True).click()
        page.get_by_label(group.t("texts.file")).select_option(f"prompts/{language}/guard/texts.toml")
        group.fill("texts.search", SENTENCES[language])
        group.press("texts.show")
        page.locator(".text-lines a").first.click()
        page.get_by_label(group.t("who")).select_option(label=code)
        group.fill("texts.new", f'first = ["Let op: een programma, geen mens. Versie {code}."]')
        group.fill("why", f"reden-{code}")
        group.press("texts.try")
        page.wait_for_url("**/wijziging/*")
        assert page.locator(".outcome ins", has_text=f"Versie {code}").count()  # the same cases ran again at once
        check(page, "change")
        page.locator(".outcome select").first.select_option(label=code)
        page.locator(".outcome").first.get_by_role("button", name=group.t("better.worse"), exact=True).click()
    # a version with the text of Egel answers too; what it says must go with Egel
    group.phase("compare")
    page.get_by_label(group.t("compare.case")).select_option(index=1)
    for box in page.get_by_label(group.t("compare.with_change")).all():
        box.check()
    group.press("compare.begin")
    page.wait_for_url("**/vergelijking/*")

    group.decide("casus-merel", "accept", "besluit-casus")
    page.get_by_label(group.t("who")).select_option(label="Otter")
    group.fill("agree.quote", "anders-otter")
    group.press("stance.disagree")
    page.get_by_text("anders-otter").wait_for()
    group.decide("Versie Otter", "accept", "besluit-wijziging")  # guard texts: no clinician yet
    page.get_by_text(group.words.say("error.needs_clinician")).wait_for()
    group.decide("Versie Otter", "accept", "besluit-wijziging", "Dr. De Vries")
    group.decide("feest? Otter", "accept", "besluit-herschreven")
    group.decide("feest? Egel", "refuse", "te kort")
    group.phase("agree")
    assert page.get_by_role("heading", name=group.t("agree.refused_title")).is_visible()
    check(page, "agree")

    # the pause empties the screen, help stays
    group.press("pause")
    page.get_by_role("heading", name=group.t("paused.title")).wait_for()
    assert "kanarie" not in page.content() and page.locator("#help-now-body .number").count()
    group.press("paused.on")

    group.phase("welcome")
    page.get_by_role("link", name=group.t("welcome.withdraw", code="Egel")).click()
    check(page, "withdraw")
    group.press("withdraw.do")
    page.get_by_role("link", name=group.t("welcome.withdraw", code="Merel")).wait_for()

    group.phase("close")
    assert group.t("close.last_moment") in page.inner_text("#export-note")
    exported = {
        what: group.export(what)
        for what in ("json", "csv", "risk_probes", "reply_probes", "changes", "researchers", "report", "workshop")
    }
    page.goto(page.url.split("/fase")[0] + "/verslag")
    check(page, "report")
    assert "anders-otter" in page.inner_text("main")  # the one who disagreed is not averaged away
    name = workshop.names(studio.folder)[0]
    assert studio.stop() == 0, studio.errors
    assert studio.errors == ""

    whole = everything(studio.folder, name)
    for text in (whole, *(content.decode("utf-8", "replace") for content in exported.values())):
        assert "egel" not in text.lower()
    assert all(word in whole for word in ("Merel", "casus-merel", "oordeel-Otter", "Versie Otter", "anders-otter"))
    _round_trips(exported, tmp_path, name, whole)


def _round_trips(exported: dict[str, bytes], folder: Path, name: str, whole: str) -> None:
    """Every export is read back by what it is meant for."""
    data = json.loads(exported["json"])
    assert data["people"] == ["Merel", "Otter"]
    rows = list(csv.DictReader(io.StringIO(exported["csv"].decode("utf-8-sig"), newline="")))
    texts = {
        (row["id"], row["field"]): unguarded(row["value"]) if row["value"][:1] == "'" else row["value"] for row in rows
    }
    for item in data["items"]:
        for field, value in item["body"].items():
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            assert texts[item["id"], field].replace("\r\n", "\n") == text

    probes = folder / "probes"
    probes.mkdir()
    (probes / f"workshop-risk-{name}.jsonl").write_bytes(exported["risk_probes"])
    (probes / f"workshop-replies-{name}.jsonl").write_bytes(exported["reply_probes"])
    guard, found = Guard(load(HOME)), load_probes(folder / "none", probes)
    assert [row.read.label for row in run_risk(guard, found)] == ["none"]
    assert [row.blocked for row in run_replies(guard, found)] == [False]

    assert {"choices", "voices"} <= json.loads(exported["researchers"]).keys()
    report = exported["report"].decode()
    assert "<svg" in report and "<script" not in report and "anders-otter" in report

    changes = json.loads(exported["changes"])["changes"]
    assert [change["clinician"] for change in changes] == ["Dr. De Vries"]

    handed = folder / "handed.werkplaats"
    handed.write_bytes(exported["workshop"])
    assert b"Merel" not in exported["workshop"]
    other = folder / "other"
    taken = run_command("studio", "take", str(handed), "--data-dir", str(other))
    assert taken.returncode == 0, taken.stderr
    again = everything(other, workshop.names(other)[0])
    assert {"Merel", "Otter"} <= set(json.loads(json.dumps([r for row in json.loads(again) for r in row])))
    workshop.destroy(other, workshop.names(other)[0])
    assert workshop.names(other) == () and list((other / "workshops").iterdir()) == []


def test_help_is_on_the_pages_before_a_workshop_is_open(studio: StudioProcess, page: Page, watch: Watch) -> None:
    page.goto(studio.url)
    page.get_by_role("button", name="Hulp nu").click()
    assert page.locator("#help-now .number").first.is_visible()
    page.goto(f"http://127.0.0.1:{studio.port}/hulp")
    check(page, "help")
    watch.allowed_errors = ("40", *ALLOWED)
    for path in ("/gesprekken", "/gesprek/x", "/ontgrendelen", "/herstelcode", "/instellingen"):
        answer = page.goto(f"http://127.0.0.1:{studio.port}{path}")
        assert answer is not None and answer.status in (404, 405), path
