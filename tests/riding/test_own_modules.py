"""Nothing is executed that is not ours or the script, whatever files are called; and the script sees what it always sees."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DECOY = "open(__file__ + '.ran', 'w').close()\nraise ImportError('a decoy was executed: ' + __file__)\n"
SEEN = """
import os, sys
seen = {
    "argv": sys.argv, "path": sys.path, "cwd": os.getcwd(), "flags": str(sys.flags), "PYTHONPATH": os.environ.get("PYTHONPATH"),
    "main": {name: str(value).split(" at 0x")[0] for name, value in vars(sys.modules["__main__"]).items() if name[:2] == "__"},
    "environment": sorted(os.environ),
}
"""
TRAIN = """
import json, torch
model = torch.nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), 1e-2)
for i in range(300):
    optimizer.zero_grad()
    (model(torch.randn(8, 4)) ** 2).mean().backward()
    optimizer.step()
"""


@pytest.fixture
def installed(tmp_path_factory):
    """`advisor` as pip installs it: a small script in a folder of its own, started from any other one."""
    program = tmp_path_factory.mktemp("bin") / "advisor"
    program.write_text("from advisor.commands.cli import main\nmain()\n")

    def started(*arguments, here, **more):
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **more}
        command = [sys.executable, str(program), *arguments]
        return subprocess.run(command, cwd=here, env=environment, capture_output=True, text=True, timeout=300)

    return started


def names(more=sys.stdlib_module_names):
    """The first parts of the names of all modules that are imported in a process that has all of ours, and of all that come with Python."""
    import torch.utils.tensorboard  # noqa: F401

    import probes.observe
    import probes.probing.runner  # noqa: F401

    return {name.partition(".")[0] for name in sys.modules if "/" not in name} - {"__main__", "__mp_main__"} | more


def with_decoys(folder, some):
    """The folder, with a module of each of these names that tells when it is executed."""
    for name in some:
        (folder / f"{name}.py").write_text(DECOY)
    return folder


def executed(folder):
    return [path.name for path in folder.rglob("*.ran")]


def logs(folder):
    for i in range(34):
        (folder / f"{i}").mkdir()
        (folder / f"{i}" / "metrics.csv").write_text("\n".join(["step,train_loss", *(f"{k},{3 / (1 + k)}" for k in range(40))]))
    return folder


def test_a_survey_of_a_folder_executes_nothing_that_lies_there(tmp_path, installed):
    folder = with_decoys(logs(tmp_path), names())
    with_decoys(folder / "0", names())
    answer = installed("diagnose", ".", "--json", "--jobs", "2", here=folder)
    assert not executed(folder) and len(json.loads(answer.stdout)["reports"]) == 34, answer.stderr


def test_python_m_executes_nothing_but_what_python_itself_takes_from_the_current_folder(tmp_path):
    """`python -m` imports these before a line of ours runs; -P keeps it from doing so."""
    code = "import sys; sys.modules.pop('runpy', 0); before = set(sys.modules); import runpy; print(*set(sys.modules) - before)"
    command = [sys.executable, "-S", "-P", "-c", code]
    pythons = {name.partition(".")[0] for name in subprocess.run(command, capture_output=True, text=True).stdout.split()}
    folder = with_decoys(logs(tmp_path), names() - pythons - {"advisor"})
    for more in ([], ["-P"]):
        command = [sys.executable, *more, "-m", "advisor", "diagnose", ".", "--json", "--jobs", "2"]
        answer = subprocess.run(command, cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
        assert not executed(folder) and len(json.loads(answer.stdout)["reports"]) == 34, answer.stderr
        with_decoys(folder, pythons | {"advisor"})


def test_a_script_is_given_what_python_gives_it_and_we_take_nothing_of_its(tmp_path, installed):
    """The current folder has decoys of everything; the script's has those that the script alone would not import, and its own probes."""
    here, project = tmp_path / "here", tmp_path / "project"
    [folder.mkdir() for folder in (here, project)]
    script = SEEN + TRAIN + "\nseen['modules'] = [*sys.modules]\nprint('SEEN' + json.dumps(seen), file=sys.stderr)\n"
    (project / "train.py").write_text(script)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    given = [sys.executable, "../project/train.py", "-x", "--out=3"]
    plain = seen(subprocess.run(given, cwd=here, env=environment, capture_output=True, text=True))
    usual = {name.partition(".")[0] for name in plain.pop("modules")}
    with_decoys(project, names(set()) - usual - {"probes", "advisor", "joblib"})
    subprocess.run(given, cwd=here, env=environment, capture_output=True)  # torch asks for some that need not be there
    for name in executed(project):
        [path.unlink() for path in project.glob(name.partition(".")[0] + ".*")]
    with_decoys(here, names())
    for package in ("probes", "advisor"):
        (project / package).mkdir()
        (project / package / "__init__.py").write_text("class LinearProbe: ...\n")
        (project / package / "linear.py").write_text(f"mine = {package!r}\n")
    (project / "joblib.py").write_text("mine = 'joblib'\n")
    own = "import joblib, advisor.linear as mine\nfrom probes import LinearProbe\nassert joblib.mine + mine.mine == 'joblibadvisor'\n"
    later = "    from probes.linear import mine; assert mine == 'probes'\n"
    (project / "train.py").write_text(own + script.replace("    optimizer.step()\n", f"    optimizer.step()\n{later}"))
    watched = None
    for command in (("run",), ("probe", "--only", "noise", "--steps", "40")):
        answer = installed(*command, "../project/train.py", "--", "-x", "--out=3", here=here)
        assert answer.returncode == 0, answer.stderr
        assert not executed(tmp_path)
        watched = watched or seen(answer)
    watched.pop("modules")
    watched["main"] = {name: value for name, value in watched["main"].items() if name in plain["main"]}
    assert watched == plain


def seen(answer):
    [line] = [line for line in answer.stderr.splitlines() if line.startswith("SEEN")]
    return json.loads(line[4:])


def test_a_model_file_beside_other_probes_is_probed(tmp_path, installed):
    (tmp_path / "probes").mkdir()
    (tmp_path / "probes" / "__init__.py").write_text("WIDTH = 4\n")
    (tmp_path / "model.py").write_text(
        "import torch\nfrom probes import WIDTH\nfrom torch.utils.data import TensorDataset\n"
        "def model(): return torch.nn.Linear(WIDTH, 1)\n"
        "def dataset(): return TensorDataset(torch.randn(256, WIDTH), torch.randn(256, 1))\n"
        "def loss(output, target): return ((output - target) ** 2).mean()\n"
    )
    answer = installed("probe", "model.py", "--only", "noise", "--steps", "40", here=tmp_path)
    assert answer.returncode == 0 and "Logged in" in answer.stdout, answer.stderr
