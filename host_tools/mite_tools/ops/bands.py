"""What sums up a whole picture that comes in bands of rows (see passes/bands.py): a mean, sums first and the mean behind the last of them, or
a fully connected op."""

from dataclasses import dataclass

from ..graph import Op, Tensor
from ..image.roster.weights import LAST
from ..program import Constant, Program
from .movement import fill

AS_MEAN = 1  # flag of BAND_MEAN


@dataclass(frozen=True)
class Band:
    """What the option `band` of an AVERAGE_POOL_2D, MEAN or FULLY_CONNECTED says."""

    sums: Tensor  # int32: of each channel, or of each output
    pixels: int  # of the whole picture
    first: int  # pixels before the band
    is_last: bool


def _begin(program: Program, band: Band) -> None:
    if band.first == 0:
        fill(program, band.sums, bytes(4))


def lower_band(op: Op, program: Program, flags: int = 0, **values) -> None:
    """Append the records of one band of a mean. values: BAND_MEAN's, those that are not named are 0."""
    band, input = op.options["band"], op.inputs[0]
    channels = input.shape[3]
    _begin(program, band)
    program.add("BAND_SUM", input=input, sums=band.sums, output=band.sums, pixels=input.count // channels, channels=channels)
    if band.is_last:
        unused = dict.fromkeys(("multiplier", "offset", "shift", "output_zero_point"), 0)
        program.add("BAND_MEAN", flags, input=band.sums, output=op.outputs[0], channels=channels, count=band.pixels, **unused | values)


def lower_dense_band(op: Op, program: Program, flags: int, filter: Constant, outputs: int, **values) -> None:
    """Append the records of one band of a fully connected op. values: the other fields that it has in common with a FULLY_CONNECTED."""
    band, input = op.options["band"], op.inputs[0]
    _begin(program, band)
    program.add(
        "BAND_DENSE", flags | LAST * band.is_last, input=input, sums=band.sums, output=op.outputs[0] if band.is_last else band.sums, filter=filter,
        depth=input.count, outputs=outputs, first=band.first * input.shape[3], row=len(filter.data) // outputs, **values,
    )  # fmt: skip
