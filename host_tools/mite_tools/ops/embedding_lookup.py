"""EMBEDDING_LOOKUP: rows of a table by their numbers; the numbers come first."""

from .gather import gather
from .movement import Movement


class Op(Movement):
    KIND = "EMBEDDING_LOOKUP"
    DATA = 1

    def unusual(self, op):
        return None if op.inputs[0].dtype == "int32" else f"{op.inputs[0].dtype} numbers of rows"

    def lower(self, op, program):
        rows, table = op.inputs
        gather(program, table, rows, op.outputs[0], 1, table.shape[0], rows.count, table.bytes // table.shape[0])
