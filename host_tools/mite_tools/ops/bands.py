"""A mean over a whole picture that comes in bands of rows (see passes/bands.py): sums first, the mean behind the last of them."""

from dataclasses import dataclass

from ..graph import Op, Tensor
from ..program import Program
from .movement import fill

AS_MEAN = 1  # flag of BAND_MEAN


@dataclass(frozen=True)
class Band:
    """What the option `band` of an AVERAGE_POOL_2D or MEAN says."""

    sums: Tensor  # int32 [channels]
    pixels: int  # of the whole picture
    is_first: bool
    is_last: bool


def lower_band(op: Op, program: Program, flags: int = 0, **values) -> None:
    """Append the records of one band. values: BAND_MEAN's, those that are not named are 0."""
    band, input = op.options["band"], op.inputs[0]
    channels = input.shape[3]
    if band.is_first:
        fill(program, band.sums, bytes(4))
    program.add("BAND_SUM", input=input, sums=band.sums, output=band.sums, pixels=input.count // channels, channels=channels)
    if band.is_last:
        unused = dict.fromkeys(("multiplier", "offset", "shift", "output_zero_point"), 0)
        program.add("BAND_MEAN", flags, input=band.sums, output=op.outputs[0], channels=channels, count=band.pixels, **unused | values)
