"""TensorBoard's messages as numbers: tensors, histograms, hyperparameters."""

from typing import Any

import numpy as np

# TensorFlow's type number -> how its bytes are read, and the field that holds them when they are not packed
TYPES = {
    1: ("<f4", "float_val"),
    2: ("<f8", "double_val"),
    3: ("<i4", "int_val"),
    4: ("u1", "int_val"),
    5: ("<i2", "int_val"),
    6: ("i1", "int_val"),
    9: ("<i8", "int64_val"),
    10: ("?", "bool_val"),
    14: ("<u2", "half_val"),  # bfloat16: the upper half of a float32
    17: ("<u2", "int_val"),
    19: ("<f2", "half_val"),
    22: ("<u4", "uint32_val"),
    23: ("<u8", "uint64_val"),
}
BFLOAT16 = 14


def numbers(tensor) -> np.ndarray | None:
    """The numbers of a TensorProto, flat; None where they are not numbers."""
    if tensor.dtype not in TYPES:
        return None
    code, field = TYPES[tensor.dtype]
    if tensor.tensor_content:
        content = tensor.tensor_content
        array_ = np.frombuffer(content[: len(content) // np.dtype(code).itemsize * np.dtype(code).itemsize], code)
    elif field == "half_val":
        array_ = np.array(tensor.half_val, "<u2").view(code)
    else:
        array_ = np.array(getattr(tensor, field))
    return (array_.astype("<u4") << 16).view("<f4") if tensor.dtype == BFLOAT16 else array_


def of_histo(histo) -> tuple[np.ndarray, np.ndarray]:
    """Edges and counts of a HistogramProto, whose outermost limits may be ±1.8e308: the smallest and largest value stand for them."""
    counts, limits = np.array(histo.bucket, float), np.array(histo.bucket_limit, float)
    edges = np.concatenate([[histo.min], limits[:-1], [histo.max]])
    return _between_its_ends(np.clip(edges, histo.min, max(histo.min, histo.max)), counts)


def of_table(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Edges and counts of rows (left, right, count)."""
    table = table.astype(float)
    return _between_its_ends(np.append(table[:, 0], table[-1, 1]), table[:, 2])


def _between_its_ends(edges: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same without the empty buckets at both ends."""
    held = np.flatnonzero(counts)
    if len(edges) != len(counts) + 1 or not len(held):
        return np.zeros(1), np.zeros(0)
    return edges[held[0] : held[-1] + 2], counts[held[0] : held[-1] + 1]


def of_hparams(content: bytes) -> dict[str, Any]:
    """The hyperparameters in the hparams plugin's own message."""
    from google.protobuf.message import DecodeError
    from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData

    try:
        session = HParamsPluginData.FromString(content).session_start_info
    except DecodeError:
        return {}
    kinds = ((name, value, value.WhichOneof("kind")) for name, value in sorted(session.hparams.items()))  # a protobuf map has no order
    return {name: getattr(value, kind) for name, value, kind in kinds if kind in ("number_value", "string_value", "bool_value")}
