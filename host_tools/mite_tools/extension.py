"""Builds `_mite` for CPython: setuptools calls this, with every C file that port/ holds."""

from pathlib import Path

from setuptools import Extension
from setuptools.command.build_ext import build_ext


class BuildExtension(build_ext):
    """Fills in the extension's sources, so that a new op or kernel need not be named in pyproject.toml."""

    def finalize_options(self):
        root = Path(self.distribution.src_root or ".")
        folders = ("core", "ops", "kernels", "audio", "vision", "cpython")
        sources = sorted(str(path) for folder in folders for path in (root / "port" / folder).glob("*.c"))
        headers = sorted(str(path) for folder in folders for path in (root / "port" / folder).glob("*.h"))
        # Integer arithmetic wraps, as it does on the boards.
        flags = ["-std=c99", "-O3", "-fwrapv", "-ffp-contract=off", "-fvisibility=hidden", "-Wno-missing-field-initializers"]
        self.distribution.ext_modules = [
            Extension("_mite", sources, depends=headers, extra_compile_args=flags)
        ]
        super().finalize_options()
