"""A batch size that is that of one device: how many examples a step sees is then not known."""

from collections.abc import Collection
from typing import Any

ONE_DEVICE = (
    *("per_device_train_batch_size", "per_gpu_train_batch_size", "batch_size_per_gpu", "batch_size_per_device", "per_device_batch_size"),
    *("micro_batch_size", "train_micro_batch_size_per_gpu", "samples_per_gpu", "device_batch_size", "local_batch_size"),
)
ALL_DEVICES = ("total_train_batch_size", "total_batch_size", "effective_batch_size")  # and all that is accumulated
TRAINERS = "train_batch_size"  # of Hugging Face's Trainer that of one process; of others of all
BESIDE = ("num_train_epochs", "per_device_train_batch_size")  # what tells the Trainer's


class OneDevice(int):
    """The number it is, of which nobody must take it for that of all devices."""


def batch_size(value: Any, name: str, names: Collection[str]) -> Any:
    """The batch size that was logged under this name among these, as one of one device where it is that."""
    single = name in ONE_DEVICE or (name == TRAINERS and any(other in names for other in BESIDE))
    return OneDevice(value) if single and isinstance(value, int) and not isinstance(value, bool) else value
