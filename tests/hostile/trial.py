"""A folder diagnosed in another process, which may take so long and so much memory: python -m tests.hostile.trial

It is given lines of JSON, a folder and a fault of the disk each, and answers each with what came of it.
"""

import json
import select
import subprocess
import sys
import traceback
from pathlib import Path
from typing import Any

SECONDS, BYTES = 10.0, 300 << 20  # of one small folder
AT_ALL = 6 << 30  # bytes of addresses: a gigabyte asked for at once is an error, not the end of the machine
ROOT = Path(__file__).parents[2]
FAULT = "fault"  # in a sentence of ours that tells of an error in advisor itself


class Worker:
    """The other process; one that hangs or dies is told of and replaced."""

    def __init__(self) -> None:
        self.process: subprocess.Popen | None = None

    def diagnose(self, folder: Path, fault: dict[str, Any] | None = None, seconds: float = SECONDS) -> dict[str, Any]:
        """What came of it: "verdicts", "notes" and "peak" (bytes), or "error" with what went wrong; "hang" after so many seconds."""
        if self.process is None or self.process.poll() is not None:
            command = [sys.executable, "-m", "tests.hostile.trial"]
            self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            self._line(60)
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps([str(folder), fault]).encode() + b"\n")
        self.process.stdin.flush()
        line = self._line(seconds)
        if not line:
            dead = self.process.poll()
            self.close()
            return {"error": f"hang: more than {seconds} s" if dead is None else f"died: {dead}"}
        return json.loads(line)

    def _line(self, seconds: float) -> bytes:
        assert self.process is not None and self.process.stdout is not None
        return self.process.stdout.readline() if select.select([self.process.stdout], [], [], seconds)[0] else b""

    def close(self) -> None:
        """End the process."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


def diagnosed(folder: str, fault: dict[str, Any] | None) -> dict[str, Any]:
    """What is said of a folder, by both renderers too."""
    from advisor import AdvisorError, diagnose
    from advisor.render import json as as_json
    from advisor.render import text
    from tests.hostile.disk_faults import disk

    try:
        with disk(folder, fault):
            reports = diagnose(folder)
    except AdvisorError as error:
        return {"verdicts": [], "notes": [str(error)]}
    said = "".join(map(text.render, reports)) + as_json.render(reports)
    if "internal fault" in said or "fault of advisor" in said:
        return {"error": said[max(0, said.find("fault") - 300) :][:900]}
    notes = [note for report in reports for note in (*report.run.notes, *[report.run.unread] * bool(report.run.unread))]
    return {"verdicts": [report.verdict for report in reports], "notes": notes}


def peak() -> int:
    """The most bytes that this process held since the last call; 0 where nobody tells."""
    try:
        status = Path("/proc/self/status").read_text()
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return 0
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def main() -> None:
    import resource

    import pandas  # noqa: F401  # whose size is not a log's doing

    resource.setrlimit(resource.RLIMIT_AS, (AT_ALL, AT_ALL))
    print("ready", flush=True)
    for line in sys.stdin:
        peak()
        try:
            found = diagnosed(*json.loads(line))
        except BaseException:
            found = {"error": traceback.format_exc()}
        if (held := peak()) > BYTES and "error" not in found:
            found["error"] = f"memory: {held >> 20} MB"
        print(json.dumps({**found, "peak": held}), flush=True)


if __name__ == "__main__":
    main()
