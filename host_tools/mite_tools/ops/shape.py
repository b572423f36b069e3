"""SHAPE: of a tensor whose shape is fixed, which all are here."""

import numpy as np

from .known import Known


class Op(Known):
    KIND = "SHAPE"
    BY_SHAPE = True

    def value(self, op):
        return np.array(op.inputs[0].shape, op.outputs[0].dtype)
