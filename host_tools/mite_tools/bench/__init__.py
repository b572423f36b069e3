"""Instruction counts of the C core on each instruction set, without MicroPython: `python -m mite_tools.bench`.

    targets.py   the machines: compiler, emulator, counter
    models.py    the models, their inputs and the answers that are expected
    build.py     the bare-metal programs of port/bench
    emulate.py   run one, read its counts
    peers.py     what TFLite Micro takes, model by model and layer by layer
    report.py    tables
    size.py      `python -m mite_tools.bench.size`: bytes of code, constants, stack
    kernels.py   `python -m mite_tools.bench.kernels`: every kernel against the generic one
"""
