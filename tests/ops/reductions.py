"""What the tests of reductions share."""

from harness import Numbers, Reference, agree, indices, one_op, tensor
from hypothesis import strategies as st

SHAPES = [
    ((5,), (0,)), ((3, 17), (1,)), ((3, 17), (0,)), ((2, 3, 4), (0, 2)), ((2, 5, 7, 3), (1, 2)), ((2, 5, 7, 3), (-1,)),
    ((2, 5, 7, 3), (0, 1, 2, 3)), ((2, 3, 2, 3, 2), (1, 3)), ((1, 8, 8, 33), (1, 2)),
]  # fmt: skip


def reduction(kind, shape, axes, input=Numbers(0.05, -3), output=Numbers(0.05, -3), keep=False, oracle=Reference, dtype="int8"):
    gone = {a % len(shape) for a in axes}
    out = [1 if i in gone else n for i, n in enumerate(shape) if keep or i not in gone]
    agree(one_op(kind, [tensor(shape, dtype, input), indices(*axes)], [tensor(out, dtype, output)], keep_dims=keep), oracle=oracle)


@st.composite
def cases(draw):
    shape = draw(st.lists(st.integers(1, 6), min_size=1, max_size=4))
    axes = draw(st.sets(st.integers(0, len(shape) - 1), min_size=1))
    return tuple(shape), tuple(sorted(axes))
