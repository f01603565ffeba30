"""The page's types, from the classes named in ``wire``: an interface per row, a union per enum.

Through pydantic's JSON schema, of which this reads what our classes need and refuses the rest.
``python -m dispatch.api.typescript > web/src/wire/generated.ts`` writes them; a test fails while the file
differs.
"""

import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from dispatch.api.rows import OpenRow
from dispatch.api.wire import ANSWERS, BODIES, HEARD, SAID, WORDS

Schema = Mapping[str, Any]

HEAD: Final = """\
/**
 * Made from the server's classes (`dispatch/api/wire.py`); never changed by hand.
 *
 * `python -m dispatch.api.typescript > web/src/wire/generated.ts` writes it again. Times are RFC 3339
 * with `Z`; ids are text. A row may grow: what is not here is ignored.
 */
"""

WIDTH: Final = 100
"""Of a line in the page's sources."""

_PLAIN: Final = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
}
_NAME: Final = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")


def write_types() -> str:
    """The whole file."""
    schemas = _definitions()
    parts = [HEAD]
    parts += [_declare(name, schemas[name]) for name in sorted(schemas)]
    parts.append(_declare_union("Frame", [frame.__name__ for frame in SAID]))
    return "\n".join(parts)


def _definitions() -> dict[str, Schema]:
    """Every class that is named, and every one in those, by its name."""
    wanted: list[tuple[str, JsonSchemaMode, TypeAdapter[Any]]] = []
    for row in (*SAID, *ANSWERS):
        wanted.append((row.__name__, "serialization", TypeAdapter(row)))
    for body in (*HEARD, *BODIES):
        wanted.append((body.__name__, "validation", TypeAdapter(body)))
    for word in WORDS:
        wanted.append((word.__name__, "serialization", TypeAdapter(word)))
    _, schema = TypeAdapter.json_schemas(wanted)
    return dict(schema["$defs"])


def _declare(name: str, schema: Schema) -> str:
    said = _comment(schema.get("description", ""))
    if "enum" in schema:
        return said + _declare_union(name, [_literal(word) for word in schema["enum"]])
    required = set(schema.get("required", ()))
    lines = [_field(field, of, field in required) for field, of in schema.get("properties", {}).items()]
    if name in {row.__name__ for row in OpenRow.__subclasses__()}:
        lines.append("  [name: string]: unknown;\n")
    return f"{said}export interface {name} {{\n{''.join(lines)}}}\n"


def _declare_union(name: str, words: Sequence[str]) -> str:
    """Laid out as the page's formatter does it."""
    lead, line = f"export type {name} =", f"{_either(words)};"
    if len(lead) + 1 + len(line) <= WIDTH:
        return f"{lead} {line}\n"
    if 2 + len(line) <= WIDTH:
        return f"{lead}\n  {line}\n"
    return lead + "".join(f"\n  | {word}" for word in words) + ";\n"


def _field(name: str, schema: Schema, is_required: bool) -> str:
    key = name if _NAME.fullmatch(name) else _literal(name)
    lead, line = f"  {key}{'' if is_required else '?'}:", f"{_type(schema)};"
    said = _comment(schema.get("description", ""), indent="  ")
    if 4 + len(line) > WIDTH:
        return said + lead + "".join(f"\n    | {word}" for word in line.split(" | ")) + "\n"
    gap = " " if len(lead) + 1 + len(line) <= WIDTH else "\n    "
    return f"{said}{lead}{gap}{line}\n"


def _type(schema: Schema) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "const" in schema:
        return _literal(schema["const"])
    either = schema.get("anyOf", schema.get("oneOf", ()))
    if either or "enum" in schema:
        return _either([*map(_type, either), *map(_literal, schema.get("enum", ()))])
    return _plain_type(schema)


def _plain_type(schema: Schema) -> str:
    match schema.get("type"):
        case "array":
            return _array(schema)
        case "object":
            return _record(schema)
        case None:
            return "unknown"
        case plain:
            return _PLAIN[plain]


def _array(schema: Schema) -> str:
    if "prefixItems" in schema:
        return f"[{', '.join(_type(each) for each in schema['prefixItems'])}]"
    item = _type(schema["items"])
    return f"({item})[]" if " | " in item and not item.startswith("[") else f"{item}[]"


def _record(schema: Schema) -> str:
    """A mapping; by the words of an enum, of which not all need be there."""
    value = schema.get("additionalProperties", True)
    values = "unknown" if value is True else _type(value)
    if "propertyNames" in schema:
        return f"Partial<Record<{_type(schema['propertyNames'])}, {values}>>"
    return f"Record<string, {values}>"


def _either(types: Iterable[str]) -> str:
    return " | ".join(dict.fromkeys(types))


def _literal(word: str) -> str:
    return "'" + json.dumps(word)[1:-1].replace("'", "\\'") + "'"


def _comment(text: str, *, indent: str = "") -> str:
    """A docstring as a comment, its code in single backticks."""
    lines = [line.strip() for line in text.replace("``", "`").replace("*/", "* /").strip().splitlines()]
    if not lines:
        return ""
    if len(lines) == 1:
        return f"{indent}/** {lines[0]} */\n"
    body = "".join(f"{indent} * {line}".rstrip() + "\n" for line in lines)
    return f"{indent}/**\n{body}{indent} */\n"


if __name__ == "__main__":
    sys.stdout.write(write_types())
