"""WHILE: a subgraph, as long as another one says so. The values that go from round to round stay in one place."""

from ..calls import invariant
from ..graph import Tensor
from ..program import root
from .control import Call, copy, inline, jump, mismatch


class Op(Call):
    KIND = "WHILE"

    def unsupported(self, op):
        condition, body = op.subgraphs
        if len(condition.outputs) != 1 or condition.outputs[0].dtype != "bool" or condition.outputs[0].count != 1:
            return "a condition that is not one bool"
        for given, inner, output in zip(op.inputs, body.outputs, op.outputs, strict=True):
            if reason := mismatch(inner, given) or mismatch(output, given):
                return reason
        return super().unsupported(op)

    def lower(self, op, program):
        condition, body = op.subgraphs
        carried, changing = [], []
        for number, (given, output) in enumerate(zip(op.inputs, op.outputs)):
            if given.dtype == "resource":
                carried.append(given)
            elif invariant(op, number) and _can_be_view(output, given, program):
                output.view_of = given
                carried.append(given)
            else:
                copy(program, given, output)
                carried.append(output)
                changing.append(number)
        begin, end = program.label(), program.label()
        program.records.append(begin)
        inline(program, condition, carried)
        jump(program, end, condition.outputs[0])
        inline(program, body, carried)
        pairs = [(body.outputs[number], op.outputs[number]) for number in changing]
        pairs = [(source, target) for source, target in pairs if root(source) is not root(target)]
        targets = {root(target) for _, target in pairs}
        # Where values change places, none may be overwritten before it has been moved.
        for number, (source, target) in enumerate(pairs):
            if root(source) in targets:
                kept = Tensor(source.name, source.shape, source.dtype, source.quantization)
                copy(program, source, kept)
                pairs[number] = (kept, target)
        for source, target in pairs:
            copy(program, source, target)
        jump(program, begin)
        program.records.append(end)


def _can_be_view(output: Tensor, given: Tensor, program) -> bool:
    """Can an output show its input's bytes? Not where it has a place already, or must have one of its own."""
    return output.view_of is None and output not in program.scope.outputs and not root(given).is_variable
