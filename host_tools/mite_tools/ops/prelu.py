"""PRELU: int8; what is below zero is multiplied by a tensor of slopes."""

from .binary import Binary, Factors


class Op(Binary):
    KIND = "PRELU"

    def factors(self, op):
        input, alpha, output = *op.inputs, op.outputs[0]
        return Factors(input.scale / output.scale, input.scale * alpha.scale / output.scale)
