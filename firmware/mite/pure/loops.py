"""The inner loops: compiled by viper where this MicroPython has a compiler for it, else in plain Python.

Both files have the same functions, which do the same; plain.py says what. viper counts in machine words, and viper.py is written
for words of 32 bits, as boards have them.
"""

import sys

try:
    if sys.maxsize > 0x7FFFFFFF:
        raise ImportError
    from .viper import average, copy, depthwise, dots, gather, look_up, pairs, pool, scale, shift_down, store, total, weigh

    COMPILED = True
except (ImportError, SyntaxError, ValueError):  # no such port; one without the compiler; a file made for another processor
    from .plain import average, copy, depthwise, dots, gather, look_up, pairs, pool, scale, shift_down, store, total, weigh

    COMPILED = False
