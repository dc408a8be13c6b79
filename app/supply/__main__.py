"""`python -m app.supply sbom|licences`: writes docs/sbom.cdx.json or docs/licences.md."""

import json
import sys

from app.supply.parts import HOME, Part, parts
from app.supply.sbom import sbom

_HEAD = """# Licences of what is shipped

Made by `make licences`. Klankbord itself: Apache-2.0 (`LICENSE`). The whole licence texts come with each package.
A marker such as `sys_platform == 'win32'` means: only there.

| part | version | licence | inside, or only where |
|---|---|---|---|
"""


def licences() -> str:
    return _HEAD + "".join(map(_row, parts()))


def _row(part: Part) -> str:
    place = f"compiled into {part.inside}" if part.inside else part.marker
    return f"| {part.name} | {part.version} | {part.licence or 'not installed where this was made'} | {place} |\n"


def main(words: list[str]) -> int:
    if words == ["sbom"]:
        path, text = HOME / "docs" / "sbom.cdx.json", json.dumps(sbom(), indent=1) + "\n"
    elif words == ["licences"]:
        path, text = HOME / "docs" / "licences.md", licences()
    else:
        sys.stderr.write("python -m app.supply sbom|licences\n")
        return 2
    path.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{path.relative_to(HOME).as_posix()}: {len(text.encode())} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
