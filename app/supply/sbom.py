"""A CycloneDX 1.6 bill of materials from the locks; the same input gives the same bytes."""

import json
import re
import uuid
from typing import Any

from app.supply.parts import Part, parts

VERSION = "0.1.0"
_NAMESPACE = uuid.UUID("6b6c616e-6b62-6f72-8400-000000000000")

STATEMENTS: tuple[dict[str, Any], ...] = (
    {
        "id": "CVE-2026-45447",
        "affects": "OpenSSL in sqlcipher3",
        "state": "not_affected",
        "justification": "code_not_reachable",
        "detail": "A fault in PKCS7. SQLCipher calls AES-CBC, HMAC and PBKDF2 only. Judged by the makers, 2026-11-22.",
    },
)
"""What is known about a part inside another, where the package scanners see nothing."""


def sbom() -> dict[str, Any]:
    found = parts()
    body = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {"type": "application", "bom-ref": "klankbord", "name": "klankbord", "version": VERSION},
            "licenses": [{"license": {"id": "CC0-1.0"}}],
        },
        "components": [_component(part) for part in found],
        "dependencies": _dependencies(found),
        "vulnerabilities": [_statement(statement, found) for statement in STATEMENTS],
    }
    serial = uuid.uuid5(_NAMESPACE, json.dumps(body, sort_keys=True))
    return {**body, "serialNumber": f"urn:uuid:{serial}"}


def reference(part: Part) -> str:
    if part.inside:
        return f"inside:{part.inside}/{part.name}@{part.version}"
    return f"pkg:pypi/{part.name.lower()}@{part.version}"


def _component(part: Part) -> dict[str, Any]:
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": reference(part),
        "name": part.name,
        "version": part.version,
        "scope": "optional" if part.lock.endswith("llama.lock") or part.inside == "llama-cpp-python" else "required",
    }
    if part.inside:
        component["properties"] = [{"name": "klankbord:compiled-into", "value": part.inside}]
        if re.fullmatch(r"[\d.]+", part.version):
            component["purl"] = f"pkg:generic/{part.name.lower()}@{part.version}"
    else:
        component["purl"] = reference(part)
        component["properties"] = [{"name": "klankbord:lock-sha256", "value": digest} for digest in part.hashes]
        if part.marker:
            component["properties"].append({"name": "klankbord:only-where", "value": part.marker})
    if part.licence:
        component["licenses"] = [{"license": {"name": part.licence}}]
    return component


def _dependencies(found: tuple[Part, ...]) -> list[dict[str, Any]]:
    whole = [reference(part) for part in found if not part.inside]
    entries: list[dict[str, Any]] = [{"ref": "klankbord", "dependsOn": whole}]
    for package in (part for part in found if not part.inside):
        held = [reference(part) for part in found if part.inside == package.name]
        if held:
            entries.append({"ref": reference(package), "dependsOn": held})
    return entries


def _statement(statement: dict[str, Any], found: tuple[Part, ...]) -> dict[str, Any]:
    name, _, package = statement["affects"].partition(" in ")
    refs = [{"ref": reference(part)} for part in found if (part.name, part.inside) == (name, package)]
    analysis = {key: statement[key] for key in ("state", "justification", "detail")}
    return {"id": statement["id"], "affects": refs, "analysis": analysis}
