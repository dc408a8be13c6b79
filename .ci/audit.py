"""Ask OSV for known vulnerabilities of what the locks pin, and of what is compiled into it. Standard library only.

This is the one tool of the repository that asks another machine anything, and it is no part of the program. It sends
names and versions of public packages and nothing else. 0: none unexplained, 1: some, 3: the data could not be reached.
"""

import argparse
import json
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

SBOM = Path(__file__).resolve().parents[1] / "docs" / "sbom.cdx.json"
URL = "https://api.osv.dev/v1/querybatch"
SECONDS = 20.0


def queries(bom: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """(what, query) for each package; a compiled part is asked as its OSS-Fuzz or Git project where OSV knows one."""
    found = []
    for part in bom["components"]:
        purl = part.get("purl", "")
        if purl.startswith("pkg:pypi/"):
            query = {"package": {"purl": purl.split("@")[0]}, "version": part["version"]}
        elif part["name"] in ("OpenSSL", "SQLite"):
            query = {"package": {"ecosystem": "OSS-Fuzz", "name": part["name"].lower().replace("sqlite", "sqlite3")}}
            query["version"] = part["version"]
        else:
            continue
        found.append((f"{part['name']} {part['version']}", query))
    return found


def unexplained(bom: dict[str, Any], answers: list[dict[str, Any]]) -> list[str]:
    """ "what: id" of each finding on which the SBOM makes no statement."""
    explained = {statement["id"] for statement in bom["vulnerabilities"]}
    return [
        f"{what}: {finding['id']}"
        for (what, _), answer in zip(queries(bom), answers, strict=True)
        for finding in answer.get("vulns", [])
        if not explained & {finding["id"], *finding.get("aliases", [])}
    ]


def ask(url: str, bom: dict[str, Any]) -> list[dict[str, Any]]:
    body = json.dumps({"queries": [query for _, query in queries(bom)]}).encode()
    request = urllib.request.Request(url, body, {"content-type": "application/json"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
        return json.load(answer)["results"]


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", default=URL)
    url = parser.parse_args(words).url
    bom = json.loads(SBOM.read_text(encoding="utf-8"))
    try:
        found = unexplained(bom, ask(url, bom))
    except (urllib.error.URLError, TimeoutError, OSError, ValueError, KeyError) as error:
        print(f"NOT CHECKED: the data of known vulnerabilities could not be reached ({type(error).__name__})")
        return 3
    print(f"{len(queries(bom))} parts asked, {len(found)} findings without a statement")
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
