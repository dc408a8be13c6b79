"""`doctor`: which protections hold on this machine, how that is known, and what a person can do about the rest."""

import json
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from app.commands.arguments import Arguments
from app.commands.saying import CommandError, language
from app.protections import Protection, measure
from app.protections.measured import ADVICE
from app.settings import SettingsError, read_settings


def run(words: Sequence[str]) -> int:
    """0, or 1 when a protection that should hold here does not. Raises `CommandError`."""
    parser = Arguments("doctor")
    parser.add_argument("--data-dir")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(words)
    try:
        settings = read_settings(data_dir=given.data_dir)
    except SettingsError as error:
        raise CommandError("setting", code=2, name=error.name) from None
    found = measure(settings.data_dir)
    texts = _texts()
    lines = [json.dumps(_plain(found, texts), ensure_ascii=False)] if given.json else _told(found, texts)
    for line in lines:
        _write(line)
    return 1 if any(_broken(protection) for protection in found) else 0


def _broken(protection: Protection) -> bool:
    return protection.holds is False and protection.name not in ADVICE


def _plain(found: tuple[Protection, ...], texts: Mapping[str, str]) -> dict[str, object]:
    return {
        "platform": sys.platform,
        "protections": [
            {
                "name": p.name,
                "holds": p.holds,
                "advice": p.name in ADVICE,
                "says": texts[p.name],
                "how": texts[f"{p.name}_how"],
            }
            for p in found
        ],
    }


def _told(found: tuple[Protection, ...], texts: Mapping[str, str]) -> list[str]:
    words = {True: texts["yes"], False: texts["no"], None: texts["unknown"]}
    lines: list[str] = []
    for p in found:
        word = texts["look"] if p.name in ADVICE and p.holds is False else words[p.holds]
        lines += [f"[{word}] {texts[p.name]}", f"    {texts[f'{p.name}_how']}"]
        if p.holds is not True and (advice := texts.get(f"{p.name}_advice_{sys.platform}")):
            lines.append(f"    {advice}")
    broken = sum(map(_broken, found))
    return [*lines, texts["end_bad"].format(count=broken) if broken else texts["end_good"]]


def _texts() -> Mapping[str, str]:
    data = tomllib.loads((Path(__file__).parent / "doctor.toml").read_text(encoding="utf-8"))
    return data[language()]


def _write(line: str) -> None:
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(line.encode(encoding, "replace").decode(encoding) + "\n")
