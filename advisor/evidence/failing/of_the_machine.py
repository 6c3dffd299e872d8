"""Errors that the machine or the system gives rise to, by their words: ports, memory, files, devices, the network, other processes."""

from advisor.evidence.failing.family import Family, family

MACHINE: tuple[Family, ...] = (
    family(
        r"EADDRINUSE|(?i:address already in use)",
        "port",
        "another",
        "an earlier start that never ended, or another job, holds the port: end it, or take another",
    ),
    family(
        r"(?i:bus error|shared memory|\(shm\)|/dev/shm)",
        "shared_memory",
        "larger",
        "workers hand their batches over in shared memory, and it was full: raise its limit, or start fewer workers",
    ),
    family(
        r"ancdata|(?i:too many open files)",
        "open_files",
        "more",
        "each tensor that a worker hands over holds a file open: raise the limit, or share by file names",
    ),
    family(
        r"DataLoader worker .*(?:killed by signal: (?:Killed|Terminated)|SIGKILL)",
        "num_workers",
        0,
        "a worker was killed from outside, mostly because the machine's own memory was full, of which each worker takes its part",
    ),
    family(
        r"DataLoader worker .*(?:killed by|exited unexpectedly)",
        "num_workers",
        0,
        "what killed the worker is not told: without workers its error shows, and the machine's own memory is needed once only",
    ),
    family(
        r"(?i:no space left on device|disk quota exceeded|errno (?:28|122)\b|PytorchStreamWriter failed|unexpected pos \d+ vs)",
        "disk_space",
        "freed",
        "a file could not be written whole: make room, keep fewer checkpoints, or write them elsewhere",
    ),
    family(
        r"(?i:not compiled with CUDA)",
        "torch_build",
        "one with CUDA",
        "this PyTorch was built for no NVIDIA device: install a build that is, or let the program take cpu, or mps of a Mac",
    ),
    family(
        r"Unicode(?:En|De)codeError|\b(?:charmap|gbk|cp\d+)' codec",
        "encoding",
        "utf-8",
        "the text has signs that the encoding it is read or written in does not know, which is the system's where the program names none",
    ),
    family(
        r"(?i:no kernel image|driver version is insufficient|driver on your system is too old"
        r"|no CUDA GPUs are available"
        r"|no CUDA-capable device|found no NVIDIA driver|invalid device ordinal|requested gpus?:)",
        "visible_device",
        "one that is there",
        "the program and its PyTorch see no such device: compare what is asked for with what nvidia-smi and torch.cuda.device_count() show",
    ),
    family(
        r"(?i:illegal memory access|unspecified launch failure|CU(?:BLAS|DNN)_STATUS_(?:EXECUTION|INTERNAL|NOT_INITIALIZED|MAPPING))",
        "launch_blocking",
        "on",
        "CUDA tells of errors late, so the line that is named is not the one at fault: with this it is",
    ),
    family(
        r"(?i:unable to lock file|resource temporarily unavailable)",
        "file_lock",
        "released",
        "another process has this file open: write it from one process, or open it for reading only",
    ),
    family(
        r"FileNotFoundError|NotADirectoryError|(?i:no such file or directory|unable to open file|can't open file"
        r"|\b(?:files?|director(?:y|ies)|folders?|paths?)\b.{0,200}\bdo(?:es)? not exist)",
        "file_path",
        "one that is there",
        "it was never made, or its path is relative, which hangs on the folder that the program is started in",
    ),
    family(
        r"PermissionError|(?i:permission denied|read-only file system)",
        "file_path",
        "one that may be written",
        "the program may not write, or read, where it tries to",
    ),
    family(
        r"(?:pickle data was truncated|Ran out of input)[\s\S]*\bspawn\.py\b",
        "num_workers",
        0,
        "a worker that was started could not take over from the program that started it: that one had ended, or fails too; without workers "
        "its own error shows, and what starts workers belongs under if __name__ == '__main__'",
    ),
    family(
        r"(?i:invalid load key|ran out of input|pickle data was truncated|PytorchStreamReader failed|not a zip file|UnpicklingError)",
        "file_path",
        "a whole file",
        "the file that is read is damaged or cut: copy, download or save it again",
    ),
    family(
        r"(?i:max retries exceeded|name resolution|connection (?:refused|error)|ConnectTimeout|ReadTimeout|HTTPError|couldn't connect to"
        r"|api_key not configured|40[13] Client Error|gated repo)",
        "downloads",
        "beforehand",
        "the program asks the network for something and gets no answer, or is refused: fetch it before, and work offline",
    ),
    family(
        r"(?i:paging file is too small|WinError 1455)",
        "num_workers",
        0,
        "each worker of the data loader takes memory of the machine for itself, and there was too little",
    ),
    family(
        r"(?i:re-initialize CUDA in forked)",
        "start_method",
        "spawn",
        "a process that was forked can use no CUDA: start it anew, or leave CUDA out of the data set",
    ),
    family(
        r"(?i:finished its bootstrapping phase|freeze_support)",
        "main_guard",
        "set",
        "where processes are started anew each runs the script again: what starts the training must stand behind a guard",
    ),
)
PROCESSES: tuple[Family, ...] = (  # failures that another one's failure mostly gives rise to
    family(
        r"(?i:watchdog caught|collective operation timeout|socket timeout|timed out)",
        "collectives",
        "looked at",
        "one process waited for the others: one of them failed before, has fewer batches, or works alone for too long",
    ),
    family(
        r"(?i:nccl|gloo|by peer|Dist(?:Backend|Network|Store)Error)",
        "collectives",
        "looked at",
        "the processes could not talk to each other: the one that failed first says why",
    ),
)
