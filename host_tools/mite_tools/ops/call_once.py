"""CALL_ONCE: a subgraph that gives variables their first value, from constants."""

from .base import Lowering
from .variables import key_of, variable


class Op(Lowering):
    KIND = "CALL_ONCE"
    TYPES = ("resource",)

    def main_type(self, op):
        return "resource"  # of what it assigns to; the op itself has no tensors

    def unsupported(self, op):
        for inner in op.subgraphs[0].ops:
            if inner.kind == "ASSIGN_VARIABLE" and inner.inputs[1].is_constant or inner.kind == "VAR_HANDLE":
                continue
            return f"{inner.kind} in the subgraph that it calls"
        return None

    def lower(self, op, program):
        ops = op.subgraphs[0].ops
        for inner in ops:
            if inner.kind == "ASSIGN_VARIABLE":
                variable(program, key_of(inner.inputs[0], ops), inner.inputs[1], inner.inputs[1].data)
