"""Readers of event files to compare: each reads every point of the one file in a folder; their number, and the bytes of other processes."""

import importlib.util
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

EVERYTHING = dict.fromkeys(["scalars", "tensors", "histograms"], 0)
MESSAGE = 1 << 30  # bytes of an answer


@dataclass(frozen=True)
class Reader:
    """How it reads, what must be installed for it, and the kinds of file on which it would take minutes."""

    read: Callable[[Path], tuple[int, int]]
    needs: str = ""
    slow: tuple[str, ...] = ()

    @property
    def is_here(self) -> bool:
        return not self.needs or importlib.util.find_spec(self.needs) is not None


def advisor(folder: Path, verify: bool = False) -> tuple[int, int]:
    from advisor.reading.formats import event_file

    log = event_file.read(only_file(folder), verify=verify)
    return sum(len(s) for s in log.scalars.values()) + sum(len(h.steps) for h in log.histograms.values()), 0


def event_accumulator(folder: Path) -> tuple[int, int]:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    reader = EventAccumulator(str(folder), size_guidance=EVERYTHING)
    reader.Reload()
    tags = reader.Tags()
    found = [*map(reader.Scalars, tags["scalars"]), *map(reader.Histograms, tags["histograms"]), *map(reader.Tensors, tags["tensors"])]
    return sum(map(len, found)), 0


def tbparse(folder: Path) -> tuple[int, int]:
    from tbparse import SummaryReader

    reader = SummaryReader(str(folder))
    return len(reader.scalars) or len(reader.histograms), 0


def rustboard(folder: Path) -> tuple[int, int]:
    """TensorBoard's data server, from its start until every point has come over gRPC, as columns."""
    import grpc
    from tensorboard.data.proto import data_provider_pb2 as messages
    from tensorboard.data.proto.data_provider_pb2_grpc import TensorBoardDataProviderStub
    from tensorboard_data_server import server_binary

    with tempfile.TemporaryDirectory() as scratch:
        port = Path(scratch) / "port"
        options = ["--reload", "once", "--samples-per-plugin", "scalars=all,histograms=all", "--port", "0", "--port-file", str(port)]
        server = subprocess.Popen([server_binary(), "--logdir", str(folder), *options], stderr=subprocess.DEVNULL)
        try:
            while not (port.exists() and port.read_text().endswith("\n")):
                time.sleep(0.005)
            channel = grpc.insecure_channel(f"localhost:{port.read_text().strip()}", [("grpc.max_receive_message_length", MESSAGE)])
            return _served(TensorBoardDataProviderStub(channel), messages, last_step(folder)), memory("VmHWM", server.pid)
        finally:
            server.terminate()
            server.wait()


def _served(stub, messages, last: int) -> int:
    plugin = messages.PluginFilter
    while True:
        scalars = stub.ListScalars(messages.ListScalarsRequest(plugin_filter=plugin(plugin_name="scalars")))
        tensors = stub.ListTensors(messages.ListTensorsRequest(plugin_filter=plugin(plugin_name="histograms")))
        found = [tag.metadata.max_step for listed in (scalars, tensors) for run in listed.runs for tag in run.tags]
        if found and min(found) >= last:
            break
        time.sleep(0.02)
    downsample = messages.Downsample(num_points=1 << 30)
    scalars = stub.ReadScalars(messages.ReadScalarsRequest(plugin_filter=plugin(plugin_name="scalars"), downsample=downsample))
    tensors = stub.ReadTensors(messages.ReadTensorsRequest(plugin_filter=plugin(plugin_name="histograms"), downsample=downsample))
    return sum(len(tag.data.step) for read in (scalars, tensors) for run in read.runs for tag in run.tags)


def memory(line: str, process: int | str = "self") -> int:
    """Bytes, as Linux tells them; 0 elsewhere."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0
    return int(status.partition(f"{line}:")[2].split()[0]) * 1024


def only_file(folder: Path) -> Path:
    [path] = folder.glob("*tfevents*")
    return path


def last_step(folder: Path) -> int:
    """The last step of every tag: it stands in the folder's name."""
    return int(folder.name.rpartition("-")[2])


READERS = {
    "advisor": Reader(advisor),
    "advisor --verify": Reader(lambda folder: advisor(folder, verify=True)),
    "RustBoard": Reader(rustboard, "tensorboard_data_server"),
    "EventAccumulator": Reader(event_accumulator, "tensorboard", slow=("tensors",)),
    "tbparse": Reader(tbparse, "tbparse", slow=("tensors", "histograms")),
}
