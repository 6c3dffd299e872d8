"""What the script computes in, by autocast around everything in it: bf16, or fp32 to take its own autocast away."""

from typing import Any

from probes.knobs import one_of


def parse(text: str) -> str:
    """Bf16 or fp32; fp16 would need a scaler in the script."""
    return one_of("precision", text, ("bf16", "fp32"))


def turn(value: str, hooks: Any, steps: int | None) -> None:
    """From the first line on; a script's own autocast is on only where it is to be."""
    import torch

    on, devices = value == "bf16", ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]
    for device in devices:
        torch.autocast(device, torch.bfloat16, enabled=on).__enter__()

    def make(original: Any, context: Any, device_type: str, *args: Any, **options: Any) -> None:
        original(context, device_type, torch.bfloat16, enabled=on)

    hooks.replace(torch.autocast, "__init__", make)
