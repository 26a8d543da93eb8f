"""Paycor's OpenAPI documents as JSON schemas, where the machine has them; they are not part of the project."""

import json
from pathlib import Path
from typing import Any, cast

import pytest
from jsonschema import Draft202012Validator

FOLDER = Path(__file__).parents[4] / "shared" / "paycor"

Schema = dict[str, Any]


def document(version: int) -> Schema:
    """One of the two documents; skips the test where the folder is absent."""
    path = FOLDER / f"openapi-v{version}.json"
    if not path.exists():
        pytest.skip(f"Paycor's OpenAPI document is not on this machine: {path}")
    return cast("Schema", json.loads(path.read_text(encoding="utf-8")))


def answer_schema(version: int, path: str, method: str = "get", status: str = "200") -> Schema:
    """The JSON schema of an answer.

    OpenAPI 3.0's `nullable` becomes a null type, and `allOf` is merged: taken literally, a base that allows no
    further properties could not be extended.
    """
    whole = document(version)
    answer = whole["paths"][path][method]["responses"][status]["content"]["application/json"]["schema"]
    return _translated(whole["components"]["schemas"], answer)


def problems(schema: Schema, body: object) -> set[tuple[str, str]]:
    """The problems of a body: the path of names without positions, and the value there."""
    found = Draft202012Validator(schema).iter_errors(body)
    return {
        (".".join(str(step) for step in error.absolute_path if isinstance(step, str)), repr(error.instance))
        for error in found
    }


def _translated(schemas: Schema, schema: Schema) -> Schema:
    nullable = schema.get("nullable", False)
    if "$ref" in schema:
        schema = {**schemas[schema["$ref"].rsplit("/", 1)[1]]}
        nullable = nullable or schema.get("nullable", False)
    if "allOf" in schema:
        plain: Schema = {"type": "object", "properties": {}, "additionalProperties": False}
        for part in schema["allOf"]:
            plain["properties"].update(_translated(schemas, part).get("properties", {}))
    else:
        plain = {name: schema[name] for name in ("type", "enum", "additionalProperties") if name in schema}
        if "properties" in schema:
            plain["properties"] = {
                name: _translated(schemas, part) for name, part in schema["properties"].items()
            }
            plain["required"] = sorted(schema["properties"])
        if "items" in schema:
            plain["items"] = _translated(schemas, schema["items"])
    return _or_null(plain) if nullable else plain


def _or_null(plain: Schema) -> Schema:
    """The same with null allowed; said by type and enum, so that an error names the leaf at fault."""
    with_null = {**plain, "type": [plain["type"], "null"]} if "type" in plain else plain
    return {**with_null, "enum": [*plain["enum"], None]} if "enum" in plain else with_null
