"""A .tflite whose outputs are all of its tensors, so that a runtime which shows outputs only shows everything."""

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
