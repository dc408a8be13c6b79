"""A kill between two steps of a tool loses nothing that was left: the real program on a real vault."""

import re

from tests.commands.conftest import Start
from tests.faults.conftest import begin, keep, page_of, unlock


def test_a_kill_between_steps_loses_nothing(start: Start) -> None:
    server = start()
    begin(server)
    keep(server)
    step = server.post("/gereedschap/order_thoughts").header("location")
    paper = step.rsplit("/stap/")[0]
    lines = [f"gedachte nummer {n}" for n in range(60)]
    moved = server.post(f"{paper}/stap/dump?deel=0", text="\n".join(lines), go="next")
    assert moved.header("location") == f"{paper}/stap/piles"
    moved = server.post(f"{paper}/stap/piles?deel=0", go="next", **{f"pile-{n}": "worry" for n in range(40)})
    assert moved.header("location") == f"{paper}/stap/piles?deel=1"
    server.process.kill()
    server.process.wait(20)
    again = start(folder=server.folder)
    unlock(again)
    whole = page_of(again, paper)
    assert [line for line in lines if whole.count(f"{line} ") != 2] == []
    shown = again.get(f"{paper}/stap/piles").text
    assert len(re.findall(r'value="worry" selected', shown)) == 40


def test_a_long_text_of_many_bytes_reaches_its_page(start: Start) -> None:
    server = start()
    begin(server)
    paper = server.post("/gereedschap/letter").header("location").rsplit("/stap/")[0]
    assert server.post(f"{paper}/stap/draft?deel=0", text="é☂ " * 15_000, go="stop").status == 303
    assert "é☂ é☂" in page_of(server, paper)
