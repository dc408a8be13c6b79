"""`make bench`: every figure in one Markdown table, and as JSON with `--json FILE`."""

import argparse
import json
import platform
from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from pathlib import Path

from benchmarks.row import Row

HOME = Path(__file__).resolve().parents[1]
_PARTS = ("guard", "start", "vault", "whole", "engine")


def main() -> None:
    """Run all parts, or those that are named."""
    parser = argparse.ArgumentParser(prog="make bench", description="Measures speed; a table in Markdown.")
    parser.add_argument("parts", nargs="*", choices=[[], *_PARTS], help="all of them when none is named")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    options = parser.parse_args()
    rows: list[Row] = []
    print(f"{datetime.now():%Y-%m-%d}, {platform.machine()}, {platform.system()}, Python {platform.python_version()}")
    print("\n| figure | value | asked |\n|---|---|---|")
    for part in options.parts or _PARTS:
        measure: Callable[[Path], list[Row]] = import_module(f"benchmarks.{part}").measure
        for row in measure(HOME):
            rows.append(row)
            print(f"| {row.name} | {row.value:.3g} {row.unit} | {row.bar} |", flush=True)
    if options.json:
        options.json.write_text(json.dumps([row._asdict() for row in rows], indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
