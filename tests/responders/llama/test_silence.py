"""The worker writes nothing but its own lines: no text reaches a log, a terminal or an error."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from app.responders.llama.child import BOOT
from app.responders.llama.wire import (
    Ask,
    Finished,
    Piece,
    Sampling,
    Setup,
    Stats,
    WireError,
    decode_command,
    decode_report,
    encode,
)
from app.responders.llama.worker import CRASHED

CANARY = "kanarie-geheim"


def worker(home: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-I", "-X", "utf8", "-c", BOOT, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=home,
    )


def test_a_worker_says_nothing_of_what_it_reads(home: Path, tiny: Path) -> None:
    setup = Setup(str(tiny), 2048, 64, 1, 0, Sampling(seed=1))
    ask = Ask(1, f"Systeem {CANARY}", (("user", f"Dit is {CANARY}."),), CANARY, 64, 60, 60)
    with worker(home) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(encode(setup) + encode(ask))
        process.stdin.flush()
        heard = [process.stdout.readline()]
        while not isinstance(decode_report(heard[-1]), Finished):
            heard.append(process.stdout.readline())
        rest, errors = process.communicate()
    assert (errors, rest, process.returncode) == (b"", b"", 0)
    assert any(isinstance(decode_report(line), Piece) for line in heard)
    assert CANARY.encode() not in b"".join(heard)


@pytest.mark.parametrize("line", [f'{{"x": "{CANARY}"}}\n', f"{CANARY}\n", '["Setup", {"model": 3}]\n'])
def test_a_worker_that_is_told_nonsense_ends_without_a_word(home: Path, line: str) -> None:
    with worker(home) as process:
        said, errors = process.communicate(line.encode())
    assert (said, errors, process.returncode) == (b"", b"", CRASHED)


def test_values_come_over_the_line_as_they_were() -> None:
    ask = Ask(7, "s\n", (("user", "a\u2028\nb\ud800"), ("assistant", "ë")), "d", 1, 0.5, 2.0)
    done = Finished(7, "length", Stats(1, 2, 3))
    setup = Setup("m", 1, 2, 3, 4, Sampling(seed=5), "root ::= x")
    assert decode_command(encode(ask)) == ask
    assert decode_report(encode(done)) == done
    assert decode_command(encode(setup)) == setup
    assert encode(ask).count(b"\n") == 1


@pytest.mark.parametrize(
    "line",
    [CANARY, f'["{CANARY}", {{}}]', f'["Piece", {{"{CANARY}": 1}}]', f'["Piece", "{CANARY}"]', "[]", "\xff"],
)
def test_a_line_that_is_none_of_ours_is_refused_without_its_text(line: str) -> None:
    with pytest.raises(WireError) as refused:
        decode_report(line.encode("latin-1"))
    assert CANARY not in repr(refused.value)
    assert refused.value.__cause__ is None


def test_values_show_no_text_in_their_repr() -> None:
    ask = Ask(1, CANARY, (("user", CANARY),), CANARY, 1, 1, 1)
    assert CANARY not in repr((ask, Piece(1, CANARY)))
    assert CANARY in json.loads(encode(ask))[1]["system"]
