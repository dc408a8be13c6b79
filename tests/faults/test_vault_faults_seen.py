"""What a person sees of a vault with damage in it, and of a second program on the same folder."""

from tests.commands.conftest import Start, run_command
from tests.faults.conftest import begin, keep, page_of, text_of, unlock

PAGE = 4096


def test_the_list_names_a_damaged_conversation_and_the_others_open(start: Start) -> None:
    server = start()
    talk = begin(server)
    said = {talk: "Over de oude tuin. " + "woord " * 3000}
    server.post(f"{talk}/bericht", text=said[talk])
    keep(server)
    for word in ("school", "werk"):
        talk = server.post("/gesprekken").header("location")
        said[talk] = f"Over het {word} van vroeger. " + "woord " * 3000
        server.post(f"{talk}/bericht", text=said[talk])
    assert server.stop() == 0
    database = server.folder / "vault" / "vault.db"
    data = bytearray(database.read_bytes())
    first = next(iter(said))
    data[-3 * PAGE + 1000] ^= 1  # amid the long words of the last conversation
    database.write_bytes(data)
    again = start()
    unlock(again)
    opened = [talk for talk in said if said[talk][:15] in page_of(again, talk)]
    rows = text_of(again.get("/gesprekken").text)
    assert len(opened) == 2 and first in opened
    assert rows.count("Dit gesprek is beschadigd en opent niet.") == 1
    again.post(f"{first}/bericht", text="Het gaat gewoon verder.")
    assert "Het gaat gewoon verder." in page_of(again, first)
    assert again.stop() == 0 and again.errors == ""


def test_a_second_program_on_the_same_folder_says_so_and_the_first_goes_on(start: Start) -> None:
    server = start()
    talk = begin(server)
    second = run_command("serve", "--no-browser", "--data-dir", str(server.folder))
    assert second.returncode == 1 and "draait al met deze map" in second.stderr.decode()
    server.post(f"{talk}/bericht", text="Het eerste programma gaat door.")
    assert "Het eerste programma gaat door." in page_of(server, talk)
