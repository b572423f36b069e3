"""A custom op in Python: which numbers are above a level?"""

import mite


def threshold(inputs, outputs, options):
    """1 for each number of the input that stands for more than options["level"], else 0."""
    (values,), (above,) = inputs, outputs
    for i, value in enumerate(values.dequantize()):
        above[i] = int(value > options["level"])


mite.register("Threshold", threshold, tensors=True)
