"""mite run: a model on this computer."""

from pathlib import Path

from ..errors import MiteError
from .common import add_custom, console, count, load_image, take_customs, write_whole

HELP = "run a model on this computer, with the same C core as on a board"


def arguments(command) -> None:
    command.add_argument("model", type=Path, help="MODEL.mite or MODEL.tflite")
    command.add_argument("input", type=Path, nargs="+", help=".npy, .npz, .wav or a picture, one for each input")
    command.add_argument("-o", "--output", type=Path, help="write the outputs to an .npz file")
    command.add_argument("--top", type=count, default=5, help="how many classes to print (5)")
    add_custom(command)


def run(options) -> None:
    import numpy as np

    import mite

    from ..inputs import fill, whole

    take_customs(options)
    image = load_image(options.model)
    try:
        model = mite.Model(image)
    except mite.ModelError as error:
        raise MiteError(f"{options.model}: {error}") from None
    if len(options.input) != len(model.inputs):
        raise MiteError(f"{options.model} takes {len(model.inputs)} inputs, {len(options.input)} were given")
    for tensor, path in zip(model.inputs, options.input):
        fill(whole(model, tensor), path, model.metadata)
    model.invoke()
    arrays = {t.name: np.frombuffer(bytes(t.data), t.dtype).reshape(t.shape) for t in model.outputs}
    if options.output:
        import io

        buffer = io.BytesIO()
        np.savez(buffer, **arrays)
        write_whole(options.output, buffer.getvalue())
    if len(model.outputs) == 1 and len(model.output) <= 2000 and (model.labels or model.output.scale == 1 / 256):
        for label, probability in model.classify()[: options.top]:
            console.print(f"{probability:7.2%}  {label}")
        return
    for name, array in arrays.items():
        console.print(f"{name} {array.dtype}{list(array.shape)}: {np.array2string(array.reshape(-1), threshold=20)}")
