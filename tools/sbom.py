"""The inventory of what is delivered, as CycloneDX JSON: distributions with files, licence and needs; fonts."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Sequence
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name

from tools.wheels import Wheel

FONTS = Path(__file__).resolve().parent.parent / "workflow_app" / "records" / "fonts"


def inventory(product: Wheel, dependencies: Sequence[Wheel]) -> str:
    """The inventory of the product with its dependencies. The same files give the same text: it bears no time."""
    wheels = sorted(dependencies, key=lambda wheel: (wheel.name, wheel.path.name))
    libraries = [list(group) for _, group in groupby(wheels, key=lambda wheel: wheel.name)]
    names = [group[0].name for group in libraries]
    refs = {group[0].name: group[0].purl for group in libraries}
    extras = {str(canonicalize_name(need.name)): need.extras for need in product.needs}

    def needs_of(wheel: Wheel) -> list[str]:
        return [refs[name] for name in wheel.depends_on(names, extras.get(wheel.name, set()))]

    statement = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {**_component([product]), "type": "application"}},
        "components": [*map(_component, libraries), *_fonts()],
        "dependencies": [
            {
                "ref": wheel.purl,
                "dependsOn": [refs[name] for name in wheel.depends_on(names, extras.get(wheel.name, ()))],
            }
            for wheel in (product, *(group[0] for group in libraries))
        ],
    }
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(statement, sort_keys=True))
    return json.dumps({**statement, "serialNumber": f"urn:uuid:{serial}"}, indent=1, ensure_ascii=False) + "\n"


def _component(wheels: Sequence[Wheel]) -> dict[str, Any]:
    """One distribution with all the files that it is delivered in, one for each Python."""
    wheel = wheels[0]
    licence = {"expression": wheel.licence} if wheel.is_expression else {"license": {"name": wheel.licence}}
    return {
        "type": "library",
        "bom-ref": wheel.purl,
        "name": wheel.name,
        "version": wheel.version,
        "purl": wheel.purl,
        "licenses": [licence],
        "components": [_file(each.path.name, each.sha256) for each in wheels],
    }


def _fonts() -> Iterable[dict[str, Any]]:
    return [_file(path.name, sha256(path.read_bytes()).hexdigest()) for path in sorted(FONTS.glob("*.ttf"))]


def _file(name: str, content_hash: str) -> dict[str, Any]:
    return {"type": "file", "name": name, "hashes": [{"alg": "SHA-256", "content": content_hash}]}
