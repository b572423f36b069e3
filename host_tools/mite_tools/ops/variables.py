"""Variables: the state of a streaming model, and what it is at the start."""

import numpy as np

from ..graph import Op, Tensor
from ..program import Constant, Program, root

Key = tuple[bytes, bytes]  # container and name of a resource


def key(handle: Op) -> Key:
    """What a VAR_HANDLE op names: handles with the same key share one variable."""
    return handle.options.get("container") or b"", handle.options.get("shared_name") or b""


def key_of(resource: Tensor, ops: list[Op]) -> Key:
    """The key of the handle among `ops` that makes this resource tensor. KeyError if there is none."""
    for op in ops:
        if op.kind == "VAR_HANDLE" and op.outputs[0] is resource:
            return key(op)
    raise KeyError(f"no VAR_HANDLE makes {resource.name}")


def variable(program: Program, name: Key, like: Tensor, value: np.ndarray | None = None) -> Tensor:
    """The variable of this key, in the state. The first one to ask makes it: of the type and shape of `like`, starting as `value`."""
    if name not in program.variables:
        made = Tensor(b"/".join(name).decode(errors="replace"), like.shape, like.dtype, like.quantization, is_variable=True)
        program.variables[name] = made
        start(program, made, value)
    return program.variables[name]


def start(program: Program, tensor: Tensor, value: np.ndarray | None = None) -> None:
    """Append what makes a variable start as `value`; without one as what stands for zero, as the reference does."""
    if value is None:
        zero = tensor.zero_point if tensor.dtype == "int8" and tensor.is_quantized else 0
        value = np.full(tensor.shape, zero, tensor.dtype)
    data = value.tobytes()
    if any(data):
        same = data.count(data[0]) == len(data)
        program.add("INITIAL_STATE", output=tensor, value=Constant(data[:1] if same else data, align=1),
                    count=len(data) if same else 1, size=1 if same else len(data))  # fmt: skip


def _assigns(op: Op) -> bool:
    """Does anything in the subgraphs that an op calls assign a variable, whichever it may be?"""
    return any(inner.kind == "ASSIGN_VARIABLE" or _assigns(inner) for graph in op.subgraphs for inner in graph.ops)


def outlived(read: Op, program: Program) -> bool:
    """Is the value that a READ_VARIABLE gave still wanted after the variable has been assigned to, or outside of the graph?"""
    ops, output = program.scope.ops, read.outputs[0]
    name = key_of(read.inputs[0], ops)
    if any(root(t) is output for t in program.scope.outputs):
        return True
    later = ops[ops.index(read) + 1 :]
    assigned = False
    for op in later:
        # An op that reads the value and assigns it in one is a copy of the variable to itself.
        if (assigned or _assigns(op)) and any(t is not None and root(t) is output for t in op.inputs):
            return True
        assigned = assigned or op.kind == "ASSIGN_VARIABLE" and key_of(op.inputs[0], ops) == name or _assigns(op)
    return False
