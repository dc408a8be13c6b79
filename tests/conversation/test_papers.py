"""What is written with the tools: kept, read by the guard, and carried through lock, keep and unlock."""

import asyncio
from pathlib import Path

import pytest

from app.conversation.closing import lines_to_keep
from app.conversation.values import DeskError
from app.tools.tool import load_tools
from guardrails.values import Language
from tests.conversation.conftest import DANGER, PASSPHRASE, Person, Play

TOOLS = load_tools(Path(__file__).parents[2])[Language.NL]


def test_a_paper_is_kept_changed_and_deleted(either: Play) -> None:
    async def story(person: Person) -> None:
        papers = person.desk.papers
        one = await papers.new("letter", Language.NL)
        await papers.put(one, {"draft": "Lieve Sam", "check": (("option", "wait"),)}, "Lieve Sam")
        assert dict((await papers.get(one)).answers) == {"draft": "Lieve Sam", "check": (("option", "wait"),)}
        await papers.delete(one)
        with pytest.raises(DeskError, match="no_such_paper"):
            await papers.get(one)

    either(story)


def test_danger_in_a_brain_dump_raises_the_help_of_the_whole_desk(either: Play) -> None:
    async def story(person: Person) -> None:
        one = await person.desk.papers.new("order_thoughts", Language.NL)
        await person.desk.papers.put(one, {"dump": "de was doen"}, "de was doen")
        assert person.desk.standing_card() is None
        await person.desk.papers.put(one, {"dump": DANGER}, f"de was doen\n{DANGER}")
        assert person.desk.standing_card() is not None
        assert (await person.see()).card is not None

    either(story)


def test_a_safety_plan_made_in_calm_is_no_alarm(play: Play) -> None:
    async def story(person: Person) -> None:
        one = await person.desk.papers.new("safety_plan", Language.NL)
        await person.desk.papers.put(one, {"signals": DANGER}, DANGER)
        assert person.desk.standing_card() is None
        assert person.desk.papers.safety_plan() == one

    play(story)


def test_after_unlock_papers_plan_and_danger_are_there_again(kept: Play) -> None:
    async def write(person: Person) -> str:
        plan = await person.desk.papers.new("safety_plan", Language.NL)
        dump = await person.desk.papers.new("order_thoughts", Language.NL)
        await person.desk.papers.put(dump, {"dump": DANGER}, DANGER)
        return plan

    async def look(person: Person) -> None:
        assert person.desk.papers.safety_plan() == plan
        assert [paper.tool for paper in await person.desk.papers.all()] == ["order_thoughts", "safety_plan"]
        assert person.desk.standing_card() is not None

    plan = kept(write)
    kept(look)


def test_danger_of_days_ago_is_over(kept: Play) -> None:
    async def write(person: Person) -> None:
        dump = await person.desk.papers.new("order_thoughts", Language.NL)
        await person.desk.papers.put(dump, {"dump": DANGER}, DANGER)

    async def look(person: Person) -> None:
        assert person.desk.standing_card() is None

    kept(write)
    kept.clock.go(hours=30)
    kept(look)


def test_keeping_takes_the_papers_along_and_a_wipe_forgets_them(play: Play) -> None:
    async def story(person: Person) -> None:
        plan = await person.desk.papers.new("safety_plan", Language.NL)
        await person.desk.keep(PASSPHRASE)
        assert person.desk.papers.safety_plan() == plan
        await person.desk.lock()
        with pytest.raises(DeskError, match="locked"):
            await person.desk.papers.all()

    async def wiped(person: Person) -> None:
        await person.desk.papers.new("safety_plan", Language.NL)
        await person.desk.lock()
        await person.desk.begin(person.desk.preferences)
        assert person.desk.papers.safety_plan() == "" and await person.desk.papers.all() == ()

    play(story)
    Play(play.guard, play.guided, play.folder / "other")(wiped, keeps=False)


def test_lines_to_keep_hold_no_danger_and_no_self_hate(play: Play) -> None:
    async def story(person: Person) -> None:
        await person.say("Ik heb vandaag even buiten gelopen. Dag.")
        await person.say("Ik ben een waardeloos mens. " + DANGER)
        assert await lines_to_keep(person.desk) == ("Ik heb vandaag even buiten gelopen.",)

    play(story)


def test_over_mij_can_be_read_for_a_turn(play: Play) -> None:
    async def story(person: Person) -> None:
        assert await person.desk.papers.text_of(TOOLS["about_me"]) == ""
        one = await person.desk.papers.new("about_me", Language.NL)
        await person.desk.papers.put(one, {"not": "ademtips"}, "ademtips")
        assert await person.desk.papers.text_of(TOOLS["about_me"]) == "Wat helpt niet?: ademtips"

    play(story)


def test_a_guard_that_fails_on_a_paper_is_told_and_the_paper_is_kept(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(person: Person) -> None:
        monkeypatch.setattr(type(play.guard), "read", _broken)
        one = await person.desk.papers.new("letter", Language.NL)
        await person.desk.papers.put(one, {"draft": "hoi"}, "hoi")
        assert (await person.desk.papers.get(one)).answers == {"draft": "hoi"}
        assert [type(failure) for failure in play.failures] == [RuntimeError]

    play(story)


def test_what_was_written_is_in_no_repr(play: Play) -> None:
    async def story(person: Person) -> None:
        one = await person.desk.papers.new("letter", Language.NL)
        await person.desk.papers.put(one, {"draft": "kanarie"}, "")
        assert "kanarie" not in repr(await person.desk.papers.get(one))
        assert "kanarie" not in repr(await asyncio.gather(person.desk.papers.all()))

    play(story)


def _broken(*_: object) -> None:
    raise RuntimeError
