"""SELECT: SELECT_V2 without broadcasting; a mask of one dimension chooses whole slices."""

from dataclasses import replace

from . import select_v2


class Op(select_v2.Op):
    KIND = "SELECT"

    def condition(self, op):
        mask, rank = op.inputs[0], len(op.outputs[0].shape)
        if len(mask.shape) == rank or mask.count == 1:
            return mask
        shape = mask.shape + (1,) * (rank - len(mask.shape))
        if mask.is_constant:
            return replace(mask, shape=shape, data=mask.data.reshape(shape))
        return replace(mask, shape=shape, view_of=mask)
