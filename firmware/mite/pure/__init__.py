"""The interpreter in Python, for a MicroPython that can load no native code, and as the executable form of SPEC.md.

It walks the same images in the same arena and writes the same bytes as the C core in port/, only slower. `mite.Model` takes its
`Program` where there is no `_mite`. Files here answer to those of port/core and port/ops by their names; each op is loaded when a
model has it.
"""

from .program import Program
