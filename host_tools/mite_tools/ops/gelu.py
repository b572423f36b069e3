"""GELU: int8, float32 and the first scheme, from real numbers; exact or by tanh. TFLite Micro lacks it."""

import math

import numpy as np

from . import real
from .base import FIRST_SCHEME
from .unary import Unary, of_reals


class Op(Unary):
    KIND = "GELU"
    TYPES = ("int8", FIRST_SCHEME)

    def answer(self, op):
        single = np.float32

        def exact(x):
            return single(0.5) * x * (single(1) + single(math.erf(x * single(math.sqrt(0.5)))))

        def by_tanh(x):
            inner = single(math.sqrt(2 / math.pi)) * (x + single(0.044715) * x * x * x)
            return single(0.5) * x * (single(1) + np.tanh(inner))

        return of_reals(op.inputs[0], op.outputs[0], by_tanh if op.options.get("approximate") else exact)


class Float(real.Unary):
    KIND = "GELU"
    EXACT = "4e-6"

    def function(self, op):
        return "GELU_TANH" if op.options.get("approximate") else "GELU"
