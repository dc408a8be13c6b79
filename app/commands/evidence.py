"""`evidence`: runs every probe set of the repository and writes the dated report: docs/evidence.md and .json."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from app.commands.arguments import Arguments
from app.commands.saying import CommandError
from app.evidence.figures import as_text, figures, read_figures
from app.evidence.probes import ProbeError, load_probes, run_beliefs, run_replies, run_risk, run_talks
from app.evidence.report import Evidence, markdown
from guardrails.guard import Guard, load
from guardrails.referral import load_directory

_HOME = Path(__file__).resolve().parents[2]
_TURNS = (1, 10, 30)
_CONTENT = ("guardrails", "prompts")
_KINDS = ("*.toml", "*.bin", "*.json", "*.md")


def run(words: Sequence[str]) -> int:
    """Write the report, or print it with `--print`; 0. `--probes FOLDER` adds probes, of a workshop say."""
    parser = Arguments("evidence")
    parser.add_argument("--print", action="store_true", dest="only_print")
    parser.add_argument("--probes", action="append", default=[], metavar="FOLDER")
    found = parser.parse_args(words)
    only_print: bool = found.only_print
    try:
        gathered = gather(_HOME, datetime.now().astimezone(), *map(Path, found.probes))
    except ProbeError as error:
        raise CommandError("bad_probes" if error.line else "no_probes", file=error.file, line=error.line) from None
    text = markdown(gathered)
    if only_print:
        print(text)
    else:
        path = _HOME / "docs" / "evidence.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(_HOME))
        print(write_figures(gathered, _HOME).relative_to(_HOME))
    return 0


def gather(home: Path, now: datetime, *more: Path) -> Evidence:
    """Run everything; takes seconds to a minute."""
    guard, probes = Guard(load(home)), load_probes(home, *more)
    return Evidence(
        version=content_version(home),
        made=f"{now:%Y-%m-%d}",
        risk={turn: run_risk(guard, probes, turn - 1) for turn in _TURNS},
        beliefs=run_beliefs(guard, probes),
        replies=run_replies(guard, probes),
        talks=run_talks(guard, probes),
    )


def write_figures(found: Evidence, home: Path) -> Path:
    """The same run as docs/evidence.json, which the page *Verantwoording* tells from."""
    path = home / "docs" / "evidence.json"
    data = figures(found, home, load_directory(home), read_figures(path))
    path.write_text(as_text(data), encoding="utf-8")
    return path


def content_version(home: Path) -> str:
    """A short digest of all reviewed data that the guard works with."""
    digest = hashlib.sha256()
    for folder in _CONTENT:
        for path in sorted(p for kind in _KINDS for p in (home / folder).rglob(kind)):
            digest.update(path.relative_to(home).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]
