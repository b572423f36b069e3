"""MicroPython's linker of native modules for Xtensa, given objects that it links rightly.

    python -m mite_tools.board.xtensa_link llvm|gcc TOOLS MPY_LD.py ARGUMENTS      (in place of mpy_ld.py ARGUMENTS)

It takes two places for one if their sections have the same name and they lie equally far from its beginning, be they in different files: so
each section gets a name of its own. And it expects objects as Espressif's compiler makes them. In LLVM's, what is to be added to an address
stands in the list of relocations, not where the address goes; and tables of addresses are constants like any other.
"""

import struct
import subprocess
import sys
from pathlib import Path

from elftools.elf.elffile import ELFFile

R_XTENSA_32, R_XTENSA_SLOT0_OP = 1, 20
RELOCATION_BYTES, ADDEND = 12, 8
L32R = 1  # the low four bits of the instruction that loads a literal


def prepared(source: Path, number: int, tools: str, llvm: bool) -> Path:
    """A copy of an object, beside it, as MicroPython's linker takes it. number: that no other object has."""
    made = source.with_suffix(".ready.o")
    made.write_bytes(with_addends_in_place(source) if llvm else source.read_bytes())
    with open(made, "rb") as file:
        names = {section.name for section in ELFFile(file).iter_sections()}
    command = [f"{tools}objcopy"]
    for part, name in enumerate(sorted(names)):
        if name.startswith((".text", ".rodata", ".data.rel.ro")):
            # The linker looks for tables of addresses in .data.rel.ro.
            new = ".data.rel.ro" if llvm and name.startswith(".rodata") else name
            command += ["--rename-section", f"{name}={new}.{number}.{part}"]
    subprocess.run([*command, str(made)], check=True)
    return made


def with_addends_in_place(source: Path) -> bytes:
    """The bytes of an object in which addends lie where the address goes."""
    data = bytearray(source.read_bytes())
    with open(source, "rb") as file:
        elf = ELFFile(file)
        symbols = elf.get_section_by_name(".symtab")
        for section in elf.iter_sections("SHT_RELA"):
            target = elf.get_section(section["sh_info"])
            if target.name.startswith((".text", ".literal", ".rodata", ".data.rel.ro")):
                for number, relocation in enumerate(section.iter_relocations()):
                    at = target["sh_offset"] + relocation["r_offset"]
                    entry = section["sh_offset"] + number * RELOCATION_BYTES
                    of_section = symbols.get_symbol(relocation["r_info_sym"])["st_info"]["type"] == "STT_SECTION"
                    if relocation["r_info_type"] == R_XTENSA_32 and (of_section or not target.name.startswith(".literal")):
                        (there,) = struct.unpack_from("<I", data, at)
                        struct.pack_into("<I", data, at, (there + relocation["r_addend"]) & 0xFFFFFFFF)
                        struct.pack_into("<i", data, entry + ADDEND, 0)
                    elif relocation["r_info_type"] == R_XTENSA_SLOT0_OP and data[at] & 0xF == L32R:
                        data[at + 1 : at + 3] = b"\0\0"  # the linker adds to what it finds
    return bytes(data)


def main() -> int:
    compiler, tools, linker, *words = sys.argv[1:]
    for at, word in enumerate(words):
        if word.endswith(".o") and Path(word).exists():
            words[at] = str(prepared(Path(word), at, tools, compiler == "llvm"))
    return subprocess.run([sys.executable, linker, *words]).returncode


if __name__ == "__main__":
    sys.exit(main())
