"""The bill of materials of a bundle: CycloneDX, JSON, checked against its schema."""

import json
import uuid
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import jsonschema_rs
from materials import Part

VERSION = "1.5"
HOME = "http://cyclonedx.org/schema/"
"""Names schemas; nothing is fetched from there."""
PACKAGE = find_spec("cyclonedx")
SCHEMAS = Path(PACKAGE.origin or "").parent / "schema" / "_res" if PACKAGE is not None else Path()
NAMED_BY_IT = ("spdx.SNAPSHOT.schema.json", "jsf-0.82.SNAPSHOT.schema.json")


class NotABill(Exception):
    """The bill of materials is none. ``str()`` says why."""


def write_bill(file: Path, parts: Sequence[Part], *, version: str, moment: int) -> None:
    """Raises NotABill, and writes it all the same for who looks why."""
    components = [
        {
            "type": "library",
            "bom-ref": part.purl,
            "name": part.name,
            "version": part.version,
            "purl": part.purl,
            "licenses": [{"license": {"name": part.licence}}],
        }
        for part in parts
    ]
    own = f"pkg:generic/floorwalker@{version}"
    serial = uuid.uuid5(uuid.NAMESPACE_URL, f"{own}-{moment}-{json.dumps(components)}")
    about = {"type": "application", "bom-ref": own, "name": "floorwalker", "version": version, "purl": own}
    bill = {
        "$schema": f"{HOME}bom-{VERSION}.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": VERSION,
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {"component": {**about, "licenses": [{"license": {"id": "Apache-2.0"}}]}},
        "components": components,
        "dependencies": [{"ref": own, "dependsOn": [part.purl for part in parts]}],
    }
    file.write_text(json.dumps(bill, indent=1) + "\n", encoding="utf-8")
    check_bill(file)


def check_bill(file: Path) -> None:
    """Raises NotABill where it is not as the schema says, or names something twice, or what it does not list."""
    bill = json.loads(file.read_text(encoding="utf-8"))
    text = (SCHEMAS / f"bom-{VERSION}.SNAPSHOT.schema.json").read_text(encoding="utf-8")
    others = [(f"{HOME}{name}", json.loads((SCHEMAS / name).read_text(encoding="utf-8"))) for name in NAMED_BY_IT]
    registry = jsonschema_rs.Registry(others)
    validator = jsonschema_rs.Draft7Validator(json.loads(text), registry=registry, validate_formats=True)
    faults = [f"{'/'.join(map(str, fault.instance_path))}: {fault.message}" for fault in validator.iter_errors(bill)]
    if not faults:
        known = [bill["metadata"]["component"]["bom-ref"], *(part["bom-ref"] for part in bill["components"])]
        named = {name for one in bill["dependencies"] for name in (one["ref"], *one["dependsOn"])}
        faults += [f"{name} is in it twice" for name in sorted(set(known)) if known.count(name) > 1]
        faults += [f"{name} is named and not in it" for name in sorted(named - set(known))]
    if faults:
        raise NotABill(f"{file.name} is no CycloneDX {VERSION}: {'; '.join(faults[:5])}")
