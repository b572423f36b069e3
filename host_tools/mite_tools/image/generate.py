"""Writes what follows from spec.py and roster/: `python -m mite_tools.image.generate` (or `make generate`)."""

import re
from pathlib import Path

from . import spec

ROOT = Path(__file__).resolve().parents[3]
_C_TYPES = {"u8": "uint8_t", "i8": "int8_t", "u16": "uint16_t", "i16": "int16_t", "u32": "uint32_t", "i32": "int32_t",
            "f32": "float", "ref": "mite_ref_t"}  # fmt: skip


def _c_struct(struct: spec.Struct, name: str) -> list[str]:
    lines = [f"// {struct.doc}", "typedef struct {"]
    for field in struct.fields:
        array = f"[{field.count}]" if field.count > 1 else ""
        note = f" // {field.doc}" if field.doc else ""
        lines.append(f"    {_C_TYPES[field.kind]} {field.name}{array};{note}")
    return [*lines, f"}} {name};", f"typedef char {name}_size[sizeof({name}) == {struct.size} ? 1 : -1];", ""]


def c_header() -> str:
    """The text of port/core/format.h."""
    lines = [
        "// Written by `make generate` from host_tools/mite_tools/image. Do not edit.",
        "#ifndef MITE_FORMAT_H",
        "#define MITE_FORMAT_H",
        "",
        "#include <stdint.h>",
        "",
        f"#define MITE_FORMAT_VERSION {spec.FORMAT_VERSION}",
        f"#define MITE_RUNTIME_VERSION {spec.RUNTIME_VERSION}",
        f"#define MITE_SHARED {spec.SHARED}",
        f"#define MITE_PACKED {spec.PACKED}",
        f"#define MITE_PACKED_SHIFT_BITS {spec.PACKED_SHIFT_BITS}",
        f"#define MITE_PACKED_SHIFT_MOST {spec.PACKED_SHIFT_MOST}",
        f"#define MITE_COPY_RANK {spec.COPY_RANK}",
        "",
        *("enum { " + ", ".join(f"MITE_{prefix}_{name}" for name in (*names, "COUNT")) + " };" for prefix, names in spec.ENUMS.items()),
        "",
        "typedef uint32_t mite_ref_t; // space in the two top bits, byte offset in the others",
        f"#define MITE_REF_SHIFT {spec.SPACE_SHIFT}",
        f"#define MITE_REF_OFFSET 0x{spec.OFFSET_MASK:08x}u",
        "enum { " + ", ".join(f"MITE_SPACE_{name}" for name in spec.SPACES) + ", MITE_SPACES };",
        "",
        "enum { " + ", ".join(f"MITE_DTYPE_{name.upper()}" for name, _, _ in spec.DTYPES) + ", MITE_DTYPES };",
        "",
        "enum {",
        "    MITE_OK = 0,",
        *(f"    MITE_ERR_{name} = -{i}, // {text}" for i, (name, text) in enumerate(spec.ERRORS, 1)),
        "};",
        "",
        "// Every op of the build (port/ops/select.h): X(NAME, name)",
        "#define MITE_OPS(X) \\",
        *(f"    MITE_OP(X, {op.op}, {op.name}) \\" for op in spec.OPS[:-1]),
        f"    MITE_OP(X, {spec.OPS[-1].op}, {spec.OPS[-1].name})",
        "",
        "// The ops whose records have scratch memory.",
        "#define MITE_SCRATCH_OPS(X) " + " ".join(f"MITE_OP(X, {op.op}, {op.name})" for op in spec.OPS if op.has_scratch),
        "enum { " + ", ".join(f"MITE_OP_{op.op} = {op.number}" for op in spec.OPS) + " };",
        "",
    ]
    for struct in (spec.HEADER, spec.TENSOR, spec.RECORD):
        lines += _c_struct(struct, f"mite_{struct.name}_t")
    for op in spec.OPS:
        lines += _c_struct(op, f"mite_{op.name}_t")
    return "\n".join([*lines, "#endif", ""])


def board_format() -> str:
    """The text of firmware/mite/format.py: what the board must know of the format."""
    lines = [
        "# Written by `make generate` from host_tools/mite_tools/image. Do not edit.",
        "",
        f'HEADER = "{spec.HEADER.format}"',
        "# Positions in the unpacked header",
        *(f"{f.name.upper()} = {i}" for i, f in _positions(spec.HEADER) if f.name != "magic"),
        "",
        f'TENSOR = "{spec.TENSOR.format}"',
        f"TENSOR_BYTES = {spec.TENSOR.size}",
        f"HEADER_BYTES = {spec.HEADER.size}",
        f"SPACE_SHIFT = {spec.SPACE_SHIFT}",
        f"OFFSET_MASK = 0x{spec.OFFSET_MASK:08x}",
        f"HAS_CUSTOM = {spec.HAS_CUSTOM}",
        f"CUSTOM = {spec.OP_NUMBERS['CUSTOM']}  # op number",
        "# name, struct character",
        "DTYPES = (",
        *(f'    ("{name}", "{char}"),' for name, _, char in spec.DTYPES),
        ")",
    ]
    return "\n".join([*lines, ""])


def board_errors() -> str:
    """The text of firmware/mite/errors.py: names and texts that only an error or a profile needs."""
    lines = [
        "# Written by `make generate` from host_tools/mite_tools/image. Do not edit.",
        "",
        "OPS = (",
        *(f'    "{spec.OP_OF_NUMBER[n].op if n in spec.OP_OF_NUMBER else ""}",' for n in range(spec.OPS[-1].number + 1)),
        ")",
        "# The text of error -1, -2, ...",
        "ERRORS = (",
        *(f'    "{text}",' for _, text in spec.ERRORS),
        ")",
        *(f"{name} = -{i}" for i, (name, _) in enumerate(spec.ERRORS, 1)),
    ]
    return "\n".join([*lines, ""])


def pure_records(root: Path = ROOT) -> str:
    """The text of firmware/mite/pure/records.py: what the interpreter in Python must know of the format, with the ops that it has."""
    there = {path.stem for path in (root / "firmware/mite/pure/ops").glob("*.py")}
    lines = [
        "# Written by `make generate` from host_tools/mite_tools/image. Do not edit.",
        "",
        f"FORMAT_VERSION = {spec.FORMAT_VERSION}",
        f"RUNTIME_VERSION = {spec.RUNTIME_VERSION}",
        f"SHARED = {spec.SHARED}",
        f"PACKED = {spec.PACKED}",
        f"PACKED_SHIFT_MOST = {spec.PACKED_SHIFT_MOST}",
        *(f"{name} = -{i}" for i, (name, _) in enumerate(spec.ERRORS, 1)),
        "# number: (file in ops/, the record's structure)",
        "OPS = {",
        *(f'    {op.number}: ("{op.name}", "{op.format}"),' for op in spec.OPS if op.name in there),
        "}",
    ]
    return "\n".join([*lines, ""])


def _positions(struct: spec.Struct):
    """(index in the unpacked tuple, field) for every field."""
    position = 0
    for field in struct.fields:
        yield position, field
        position += field.count


def _table(struct: spec.Struct) -> list[str]:
    lines, offset = ["| offset | type | field | |", "|---|---|---|---|"], 0
    for field in struct.fields:
        count = f"[{field.count}]" if field.count > 1 else ""
        lines.append(f"| {offset} | {field.kind}{count} | {field.name} | {field.doc} |")
        offset += field.size
    return lines


def _types_table() -> list[str]:
    """Every TFLite op with the types that it is there for, from the registry of lowerings."""
    from ..ops import exactness  # not above: what the board reads can be made without the compiler

    found = exactness()
    columns = [name for name, _, _ in spec.DTYPES]
    rest = sorted({dtype for types in found.values() for dtype in types} - set(columns))
    lines = [
        "### TFLite ops and types", "",
        "What can be converted, by the type of an op's main tensor: `=` gives every byte that the reference kernels give, a number is the largest relative difference. "
        "uint8 is that of the first quantization scheme, too. tests/ops/test_types.py sees to it that each of these pairs is tested.", "",
        f"| op | {' | '.join(columns + rest)} |", "|---" * (1 + len(columns + rest)) + "|",
    ]  # fmt: skip
    return lines + [f"| {kind} | {' | '.join(types.get(dtype, '') for dtype in columns + rest)} |" for kind, types in found.items()]


def spec_tables() -> str:
    """The part of SPEC.md between its two markers: every structure, byte by byte."""
    lines = []
    for struct in (spec.HEADER, spec.TENSOR, spec.RECORD):
        lines += [f"### {struct.name}", "", f"{struct.doc} {struct.size} bytes.", "", *_table(struct), ""]
    lines += ["### Types", "", "| code | type | bytes |", "|---|---|---|"]
    lines += [f"| {i} | {name} | {size} |" for i, (name, size, _) in enumerate(spec.DTYPES)]
    lines += ["", "### Ops", "", "| number | op | made from (TFLite) |", "|---|---|---|"]
    lines += [f"| {op.number} | [{op.op}](#{op.op.lower()}) | {', '.join(op.tflite)} |" for op in spec.OPS]
    lines += ["", *_types_table()]
    for op in spec.OPS:
        lines += ["", f"### {op.op}", "", f"{op.doc} {op.size} bytes.", "", *_table(op)]
    lines += ["", "### Errors", "", "| code | name | text |", "|---|---|---|"]
    lines += [f"| -{i} | {name} | {text} |" for i, (name, text) in enumerate(spec.ERRORS, 1)]
    return "\n".join(lines)


def spec_page(page: str) -> str:
    """SPEC.md with the part between the markers made anew."""
    begin, end = "<!-- generated: begin -->", "<!-- generated: end -->"
    pattern = re.compile(re.escape(begin) + ".*" + re.escape(end), re.DOTALL)
    return pattern.sub(lambda _: f"{begin}\n\n{spec_tables()}\n\n{end}", page)


def outputs(root: Path = ROOT) -> dict[Path, str]:
    """Every generated file and what it should hold."""
    page = root / "SPEC.md"
    return {
        root / "port/core/format.h": c_header(),
        root / "firmware/mite/format.py": board_format(),
        root / "firmware/mite/errors.py": board_errors(),
        root / "firmware/mite/pure/records.py": pure_records(root),
        page: spec_page(page.read_text()),
    }


def main() -> None:
    for path, text in outputs().items():
        path.write_text(text)
        print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
