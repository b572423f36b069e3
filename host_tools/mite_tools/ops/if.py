"""IF: one of two subgraphs, by a bool."""

from ..program import root
from .control import Call, inline_to, jump, mismatch


class Op(Call):
    KIND = "IF"

    def unsupported(self, op):
        if op.inputs[0].dtype != "bool" or op.inputs[0].count != 1:
            return "a condition that is not one bool"
        for graph in op.subgraphs:
            for inner, output in zip(graph.outputs, op.outputs, strict=True):
                if reason := mismatch(inner, output):
                    return reason
        return super().unsupported(op)

    def lower(self, op, program):
        condition, inputs = op.inputs[0], op.inputs[1:]
        then, otherwise = op.subgraphs
        if root(condition).is_constant:
            inline_to(program, then if root(condition).data.any() else otherwise, inputs, op.outputs)
            return
        other, end = program.label(), program.label()
        jump(program, other, condition)
        inline_to(program, then, inputs, op.outputs)
        jump(program, end)
        program.records.append(other)
        inline_to(program, otherwise, inputs, op.outputs)
        program.records.append(end)
