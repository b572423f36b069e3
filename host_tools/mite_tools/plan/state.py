"""Where each variable lies in the state."""

from ..graph import Tensor
from ..program import Program


class State:
    """Where the variables lie in the state: one after another, in the order of their use."""

    def __init__(self, program: Program):
        self.offsets: dict[Tensor, int] = {}
        self.bytes = 0
        for record in program.records:
            for tensor in record.variables():
                if tensor not in self.offsets:
                    self.offsets[tensor] = self.bytes
                    self.bytes += -(-tensor.bytes // 4) * 4
