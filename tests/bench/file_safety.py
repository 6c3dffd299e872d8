"""Seventy ways to write under every condition: what reached a file, and whether that was told beforehand.

python -m tests.bench.file_safety RESULTS.jsonl [NAME OF A CONDITION ...]

A row a condition and number of ranks is added to RESULTS, and one that is there is not made again, so that it can be done in parts. It
takes root, which the other users are made from, and about a minute a row.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.riding.conditions import CONDITIONS, possible, probed, project_for
from tests.riding.files_to_lose import changed, there, ways

RANKS = (1, 2)
SECONDS = 600
WAIT = 4.0  # until what a script left behind has written
TOLD = ("is not kept from your files", "was not run")


def row(name: str, ranks: int) -> dict:
    """One probe of the script that writes everywhere, with worker processes and all."""
    place = Path(tempfile.mkdtemp(prefix="file-safety-"))
    place.chmod(0o755)
    try:
        script, logs = project_for(CONDITIONS[name], place / "all"), place / "logs"
        logs.mkdir()
        logs.chmod(0o777)
        before, begin = there(place / "all"), time.monotonic()
        try:
            options = ("--ranks", str(ranks), "--only", "noise", "--steps", "12", "--show-output", "--", "--workers", "--spawn")
            done = probed(CONDITIONS[name], script, *options, seconds=SECONDS, logs=logs)
            status, said = done.returncode, done.stderr
        except subprocess.TimeoutExpired as hung:
            status, said = "hung", (hung.stderr or b"").decode(errors="replace")
        seconds = time.monotonic() - begin
        time.sleep(WAIT)
        lost = changed(before, there(place / "all"))
    finally:
        shutil.rmtree(place)
    lines = said.splitlines()
    first = next((line for line in lines if line.startswith("advisor: ")), "")
    refused = sorted({line.split()[1] for line in lines if line.startswith("refused: ")})
    told = any(words in first for words in TOLD)
    result = {"condition": name, "ranks": ranks, "status": status, "seconds": round(seconds, 1), "changed": lost}
    return result | {"told": told, "refused": refused, "said": first, "last": lines[-1] if lines else ""}


def main() -> None:
    """Make the rows that are missing, and print them all as a table."""
    results, wanted = Path(sys.argv[1]), sys.argv[2:] or list(CONDITIONS)
    rows = [json.loads(line) for line in results.read_text().splitlines()] if results.exists() else []
    for name in wanted:
        for ranks in RANKS:
            if possible(CONDITIONS[name]) and not any((it["condition"], it["ranks"]) == (name, ranks) for it in rows):
                rows.append(row(name, ranks))
                with results.open("a") as file:
                    file.write(json.dumps(rows[-1]) + "\n")
    print(f"{len(ways())} ways to write\n")
    print(f"{'condition':<32}{'ranks':>5}{'status':>8}{'seconds':>9}{'changed':>9}  told  refused to the script")
    for it in rows:
        figures = f"{it['condition']:<32}{it['ranks']:>5}{it['status']:>8}{it['seconds']:>9}{len(it['changed']):>9}"
        print(f"{figures}  {'yes' if it['told'] else 'no':<5} {', '.join(it['refused'])}")


if __name__ == "__main__":
    main()
