"""What must be changed in a .tflite so that a reference shows all of its tensors, and takes it."""

import struct

import tflite


def expose(data: bytes, tensors: list[int]) -> bytes:
    """The model in `data` with these tensors (by index, of the first subgraph) as its outputs."""
    graph = tflite.Model.GetRootAsModel(data, 0).Subgraphs(0)
    # A flatbuffer's vectors may lie anywhere behind the field that points to them: a new one goes to the end.
    field = graph._tab.Pos + graph._tab.Offset(8)  # SubGraph.outputs
    patched = bytearray(data) + bytes(-len(data) % 4)
    struct.pack_into("<I", patched, field, len(patched) - field)
    return bytes(patched + struct.pack(f"<I{len(tensors)}i", len(tensors), *tensors))


def of_first_versions(data: bytes) -> bytes:
    """The model with every op said to be of version 1: references know more types than the versions that they list."""
    model, patched = tflite.Model.GetRootAsModel(data, 0), bytearray(data)
    for number in range(model.OperatorCodesLength()):
        table = model.OperatorCodes(number)._tab
        if offset := table.Offset(8):  # OperatorCode.version
            struct.pack_into("<i", patched, table.Pos + offset, 1)
    return bytes(patched)
