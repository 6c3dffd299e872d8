# ruff: noqa: SIM115
"""Writes, renames and removes in every way known here, one file a way, then trains; `--workers` and `--spawn` add processes.

What lies in the folder beforehand is made by `tests/riding/files_to_lose.py`. A way that fails says so on standard error: to be refused is
no fault, to reach the file is.
"""

import ctypes
import json
import logging
import mmap
import multiprocessing
import os
import pathlib
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import zipfile

import numpy as np
import torch
from torch.utils.data import DataLoader, TensorDataset

WAYS = {}
OUTSIDE = os.path.abspath("../outside")


def way(function):
    WAYS[function.__name__] = function
    return function


def simple(name, act):
    WAYS[name] = act


def append(path, text="X"):
    with open(path, "a") as file:
        file.write(text)


def shell(command):
    subprocess.run(["sh", "-c", command], stderr=subprocess.DEVNULL)


def python(code, *options):
    subprocess.run([sys.executable, *options, "-c", code], stderr=subprocess.DEVNULL)


def low(path, flags, **options):
    descriptor = os.open(path, flags, **options)
    os.write(descriptor, b"X")
    os.close(descriptor)


simple("open_w", lambda: open("open_w.dat", "w").write("X"))
simple("open_a", lambda: append("open_a.dat"))
simple("open_rplus", lambda: open("open_rplus.dat", "r+").write("X"))
simple("unbuffered", lambda: open("unbuffered.dat", "wb", 0).write(b"X"))
simple("os_open", lambda: low("os_open.dat", os.O_WRONLY | os.O_TRUNC))
simple("unlink", lambda: os.unlink("unlink.dat"))
simple("path_unlink", lambda: pathlib.Path("path_unlink.dat").unlink())
simple("rename", lambda: os.rename("rename.dat", "rename_new.dat"))
simple("rename_over", lambda: os.rename("rename_over.dat", "rename_over_other.dat"))
simple("replace", lambda: os.replace("replace.dat", "replace_new.dat"))
simple("path_replace", lambda: pathlib.Path("path_replace.dat").replace("path_replace_new.dat"))
simple("rename_folder", lambda: os.rename("rename_folder", "rename_folder_new"))
simple("truncate", lambda: os.truncate("truncate.dat", 0))
simple("write_text", lambda: pathlib.Path("write_text.dat").write_text("X"))
simple("chmod", lambda: os.chmod("chmod.dat", 0o600))
simple("utime", lambda: os.utime("utime.dat", (1, 1)))
simple("setxattr", lambda: os.setxattr("setxattr.dat", "user.a", b"X"))
simple("chmod_folder", lambda: os.chmod("chmod_folder", 0o700))
simple("touch", lambda: subprocess.run(["touch", "touch.dat", "touch_new.dat"], stderr=subprocess.DEVNULL))
simple("sh_append", lambda: shell("echo X >> sh_append.dat"))
simple("sh_rm", lambda: shell("rm -f sh_rm.dat"))
simple("sh_rm_folder", lambda: shell("rm -rf sh_rm_folder"))
simple("sh_mv", lambda: shell("mv -f sh_mv.dat sh_mv_new.dat"))
simple("sh_chmod", lambda: shell("chmod 777 sh_chmod.dat"))
simple("sh_absolute", lambda: shell(f"echo X >> {OUTSIDE}/sh_absolute.dat"))
simple("sh_by_cwd", lambda: shell("echo X >> /proc/self/cwd/sh_by_cwd.dat"))
simple("os_system", lambda: os.system("echo X > os_system.dat 2>/dev/null"))
simple("child", lambda: python("open('child.dat','w').write('X')"))
simple("child_alone", lambda: python(f"open('{OUTSIDE}/child_alone.dat','w').write('X')", "-S", "-I"))
simple("save_array", lambda: np.array([1]).tofile("save_array.dat"))
simple("torch_save", lambda: torch.save({"a": torch.ones(1)}, "torch_save.dat"))
simple("json_dump", lambda: json.dump({}, open("json_dump.dat", "w")))
simple("link_out", lambda: append("link_out.dat"))
simple("hard_link", lambda: append("hard_link.dat"))
simple("make_hard_link", lambda: os.link("make_hard_link.dat", "make_hard_link_new.dat"))
simple("absolute", lambda: append(f"{OUTSIDE}/absolute.dat"))
simple("copy_over", lambda: shutil.copy("open_a.dat", "copy_over.dat"))
simple("move_out", lambda: shutil.move("move_out.dat", f"{OUTSIDE}/move_out_new.dat"))
simple("remove_tree", lambda: shutil.rmtree("remove_tree"))
simple("remove_tree_again", lambda: os.makedirs("remove_tree/again"))
simple("rmdir", lambda: os.rmdir("rmdir"))
simple("zip", lambda: zipfile.ZipFile("zip.dat", "w").writestr("a", "b"))
simple("thread", lambda: joined(threading.Thread(target=append, args=("thread.dat",))))
simple("shared_memory", lambda: append("/dev/shm/advisor_writes_everywhere"))
simple("temporary", lambda: append(os.path.join(tempfile.gettempdir(), "advisor_writes_everywhere")))
simple("temporary_fixed", lambda: append("/tmp/advisor_writes_everywhere"))
simple("fifo", lambda: os.mkfifo("fifo_new"))
simple("device", lambda: open("/dev/null", "w").write("X"))


def joined(thread):
    thread.start()
    thread.join()


@way
def fork():
    child = os.fork()
    if child == 0:
        append("fork.dat")
        os._exit(0)
    os.waitpid(child, 0)


@way
def daemon():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            subprocess.Popen(["sh", "-c", "sleep 3; echo X >> daemon.dat"], stderr=subprocess.DEVNULL)
        os._exit(0)


@way
def memory_map():
    with open("memory_map.dat", "r+b") as file:
        mapped = mmap.mmap(file.fileno(), 0)
        mapped[:1] = b"X"
        mapped.flush()


@way
def array_map():
    mapped = np.memmap("array_map.dat", dtype="u1", mode="r+")
    mapped[:] = 1
    mapped.flush()


@way
def truncate_open():
    with open("truncate_open.dat", "r+b") as file:
        os.ftruncate(file.fileno(), 0)


@way
def send_file():
    with open("open_rplus.dat", "rb") as source, open("send_file.dat", "r+b") as target:
        os.sendfile(target.fileno(), source.fileno(), 0, 4)


@way
def chmod_open():
    os.fchmod(os.open("chmod_open.dat", os.O_RDONLY), 0o600)


@way
def utime_open():
    os.utime(os.open("utime_open.dat", os.O_RDONLY), (1, 1))


@way
def by_descriptor():
    descriptor = os.open("by_descriptor.dat", os.O_RDONLY)
    append(f"/proc/self/fd/{descriptor}")


@way
def in_open_folder():
    folder = os.open(".", os.O_RDONLY)
    low("in_open_folder.dat", os.O_WRONLY | os.O_TRUNC, dir_fd=folder)


@way
def remove_in_open_folder():
    os.unlink("remove_in_open_folder.dat", dir_fd=os.open(".", os.O_RDONLY))


@way
def nameless():
    descriptor = os.open(".", os.O_WRONLY | os.O_TMPFILE)
    os.link(f"/proc/self/fd/{descriptor}", "nameless_new.dat", follow_symlinks=True)


@way
def c_open():
    library = ctypes.CDLL(None)
    descriptor = library.open(b"c_open.dat", os.O_WRONLY | os.O_APPEND)
    library.write(descriptor, b"XX", 2)


@way
def c_absolute():
    library = ctypes.CDLL(None)
    library.unlink(f"{OUTSIDE}/c_absolute.dat".encode())


@way
def database():
    with sqlite3.connect("database.dat") as base:
        base.execute("delete from t")
    with sqlite3.connect("database_new.dat") as base:
        base.execute("create table t (a)")


@way
def database_journal():
    base = sqlite3.connect("database_journal.dat")
    base.execute("pragma journal_mode=wal")
    base.execute("insert into t values (2)")
    base.commit()


@way
def unix_socket():
    socket.socket(socket.AF_UNIX).bind("unix_socket_new")


@way
def log_file():
    handler = logging.FileHandler("log_file.dat")
    handler.emit(logging.LogRecord("a", 20, "", 1, "X", (), None))
    handler.close()


@way
def temporary_moved():
    with tempfile.NamedTemporaryFile(delete=False) as file:
        file.write(b"X")
    shutil.move(file.name, "temporary_moved.dat")


@way
def other_folder():
    here = os.getcwd()
    os.chdir("..")
    try:
        append("outside/other_folder.dat")
    finally:
        os.chdir(here)


@way
def fork_process():
    if "--spawn" in sys.argv:
        worker = multiprocessing.get_context("fork").Process(target=append, args=("fork_process.dat",))
        worker.start()
        worker.join(20)


@way
def spawn_process():
    if "--spawn" in sys.argv:
        worker = multiprocessing.get_context("spawn").Process(target=append, args=("spawn_process.dat",))
        worker.start()
        worker.join(60)


class Data(TensorDataset):
    def __getitem__(self, i):
        if i == 0:
            append("worker.dat")
        return super().__getitem__(i)


def train():
    torch.manual_seed(0)
    x = torch.randn(512, 10)
    model = torch.nn.Linear(10, 1)
    if "RANK" in os.environ:
        torch.distributed.init_process_group("gloo")
        model = torch.nn.parallel.DistributedDataParallel(model)
    optimizer = torch.optim.SGD(model.parameters(), 1e-2)
    for epoch in range(40):
        workers = 2 if epoch == 0 and "--workers" in sys.argv else 0
        for inputs, targets in DataLoader(Data(x, x.sum(1, keepdim=True)), batch_size=32, shuffle=True, num_workers=workers):
            optimizer.zero_grad()
            loss = torch.nn.functional.mse_loss(model(inputs), targets)
            loss.backward()
            optimizer.step()
        torch.save(model.state_dict(), "weights.dat")
        append("loss.csv", f"{epoch},{loss.item()}\n")


if __name__ == "__main__":
    for name, act in WAYS.items():
        try:
            act()
        except BaseException as error:
            print("refused:", name, type(error).__name__, error, file=sys.stderr)
    train()
