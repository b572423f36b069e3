"""mite: TensorFlow Lite models on MicroPython.

    import mite
    model = mite.Model("kws.mite")
    model.input[:] = features
    model.invoke()
    print(model.classify()[0])
"""

from .model import Model, ModelError, register
from .tensor import Tensor

__version__ = "0.1.0"
