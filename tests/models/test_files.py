"""The catalogue, the header of a file, and the folder with its pins."""

import io
import struct
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.catalogue import CatalogueError, load_catalogue, read_catalogue
from app.models.folder import ModelFolder
from app.models.gguf import NotAModel, parse_header, usable
from app.models.machine import Machine, advised
from tests.models.source import CATALOGUE, FILE, TINY

HOME = Path(__file__).parents[2]
GB = 1_000_000_000


def gguf(architecture: str, **more: int) -> bytes:
    """The header of a model that is not there."""

    def text(value: str) -> bytes:
        return struct.pack("<Q", len(value)) + value.encode()

    pairs = [("general.architecture", architecture), ("tokenizer.chat_template", "{{ messages }}")]
    data = b"GGUF" + struct.pack("<IQQ", 3, 1, len(pairs) + len(more))
    for key, value in pairs:
        data += text(key) + struct.pack("<I", 8) + text(value)
    for key, number in more.items():
        data += text(f"{architecture}.{key}") + struct.pack("<II", 4, number)
    return data


def test_the_catalogue_of_the_program_claims_nothing_it_did_not_measure() -> None:
    catalogue = load_catalogue(HOME)
    assert [entry.name for entry in catalogue.models if entry.default] == ["gemma-4-e4b"]
    assert {entry.licence for entry in catalogue.models} == {"Apache-2.0"}
    assert not any(entry.measured for entry in catalogue.models)
    assert all(catalogue.source.allows(catalogue.url(entry)) for entry in catalogue.models)


@pytest.mark.parametrize(
    "change",
    [
        ('base = "https:', 'base = "http:'),
        ('file = "tiny.gguf"', 'file = "../tiny.gguf"'),
        ('revision = "main"', 'revision = "../main"'),
        ("default = true", "default = false"),
        ("size = 5", "size = 0"),
        ("default = true", 'default = true\nsha256 = "abc"'),
        ("default = true", "default = true\nsurprise = 1"),
        ("[source]", ""),
    ],
)
def test_a_catalogue_out_of_form_is_refused(change: tuple[str, str]) -> None:
    text = CATALOGUE.format(port=1234, size=5, more="")
    assert read_catalogue(text)
    assert change[0] in text
    with pytest.raises(CatalogueError):
        read_catalogue(text.replace(*change))


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://huggingface.co/x", True),
        ("https://cas-bridge.xethub.hf.co/x?y=1", True),
        ("https://huggingface.co.evil.example/x", False),
        ("https://evilhf.co/x", False),
        ("https://huggingface.co:8443/x", False),
        ("https://huggingface.co@evil.example/x", False),
        ("http://huggingface.co/x", False),
        ("https://[::1", False),
    ],
)
def test_only_hosts_of_the_list_are_asked(url: str, allowed: bool) -> None:
    assert load_catalogue(HOME).source.allows(url) is allowed


@pytest.mark.parametrize(
    ("memory", "cores", "name"),
    [(16 * GB, 8, "gemma-4-e4b"), (16 * GB, 2, "gemma-4-e2b"), (7 * GB, 8, "gemma-4-e2b"), (4 * GB, 8, None)],
)
def test_the_advice_follows_memory_and_cores(memory: int, cores: int, name: str | None) -> None:
    found = advised(load_catalogue(HOME), Machine(memory, cores))
    assert (found.name if found else None) == name


def test_a_hybrid_is_refused_and_a_sliding_window_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "x.gguf"
    path.write_bytes(gguf("gemma4", **{"attention.sliding_window": 512}))
    assert (usable(path).window, usable(path).hybrid) == (512, False)
    for hybrid in (gguf("qwen35"), gguf("unheard_of", **{"ssm.state_size": 16})):
        path.write_bytes(hybrid)
        with pytest.raises(NotAModel, match="hybrid_model"):
            usable(path)


@given(st.integers(0, 400), st.binary(max_size=40))
def test_a_damaged_header_is_no_model_and_never_another_error(at: int, damage: bytes) -> None:
    data = gguf("gemma4", **{"attention.sliding_window": 512})
    broken = data[:at] + damage
    try:
        found = parse_header(io.BytesIO(broken), len(broken)).architecture
    except NotAModel:
        found = ""
    assert not found or broken.startswith(b"GGUF")


def test_a_file_from_a_stick_is_copied_pinned_and_held_to_it(folder: ModelFolder) -> None:
    assert folder.add(TINY).file == FILE
    assert folder.verify(FILE)
    with folder.place(FILE).open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"x")
    assert not folder.verify(FILE)


def test_a_file_dropped_in_by_hand_counts_and_is_pinned_when_it_is_checked(folder: ModelFolder) -> None:
    folder.place(FILE).write_bytes(TINY.read_bytes())
    assert [(one.file, one.pin) for one in folder.installed()] == [(FILE, None)]
    assert folder.verify(FILE)
    pin = folder.installed()[0].pin
    assert pin is not None and pin.size == TINY.stat().st_size


def test_the_choice_goes_with_the_file(folder: ModelFolder) -> None:
    folder.add(TINY)
    folder.choose(FILE)
    assert folder.chosen() == FILE
    folder.remove(FILE)
    assert (folder.chosen(), folder.installed(), folder.pins()) == ("", (), {})


@pytest.mark.parametrize("name", ["../x.gguf", "/etc/x.gguf", "x.txt", ".x.gguf"])
def test_no_name_leads_out_of_the_folder(folder: ModelFolder, name: str) -> None:
    with pytest.raises(NotAModel):
        folder.remove(name)


def test_what_cannot_be_read_of_the_pins_counts_as_none(folder: ModelFolder) -> None:
    (folder.path / "pins.json").write_text("{")
    (folder.path / "chosen.json").write_text('["x"]')
    assert (folder.pins(), folder.chosen()) == ({}, "")


def test_a_machine_that_does_not_say_its_memory_is_not_held_back() -> None:
    entry = load_catalogue(HOME).models[0]
    assert Machine(0, 1).carries(replace(entry, memory=1 << 60))
