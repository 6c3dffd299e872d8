"""Nothing a script logs while it is probed reaches the server of an experiment tracker, whatever it says itself."""

import contextlib
import importlib.util
import os
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

SAFELY = "from probes.safety.files import keep_files_safe; keep_files_safe(unguarded=True); "
SCRIPTS = {
    "wandb": """
import wandb
wandb.login()
run = wandb.init(project="p", mode="online", settings=wandb.Settings(init_timeout=5))
run.log({"loss": 1.0})
run.finish()
""",
    "mlflow": """
import os, mlflow
mlflow.set_tracking_uri(os.environ["SERVER"])
mlflow.set_experiment("e")
with mlflow.start_run():
    mlflow.log_metric("loss", 1.0, step=1)
    mlflow.log_text("x", "a.txt")
client = mlflow.MlflowClient(tracking_uri=os.environ["SERVER"], registry_uri=os.environ["SERVER"])
run = client.create_run(client.create_experiment("other"))
client.log_metric(run.info.run_id, "loss", 1.0)
client.create_registered_model("m")
""",
    "comet_ml": """
import comet_ml
experiment = comet_ml.Experiment(project_name="p", disabled=False)
experiment.log_metric("loss", 1.0, step=1)
experiment.end()
""",
}


@contextlib.contextmanager
def server():
    """The settings that name it, and the requests it was sent; it answers none of them well."""
    asked = []

    class Refusing(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.rfile.read(int(self.headers.get("content-length") or 0))
            self.send_response(500)
            self.end_headers()

        do_POST = do_PUT = do_GET  # noqa: N815

        def log_message(self, *_): ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Refusing) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{listening.server_port}"
        settings = {"SERVER": address, "WANDB_BASE_URL": address, "WANDB_API_KEY": "0" * 40, "MLFLOW_TRACKING_URI": address}
        settings |= {"COMET_URL_OVERRIDE": address, "COMET_API_KEY": "k" * 20, "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0"}
        yield settings, asked
        listening.shutdown()


def begun(code, folder, **settings):
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), *sys.path]), **settings}
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, "-c", code], cwd=folder, stdout=pipe, stderr=pipe, text=True, env=env, start_new_session=True)


def ended(code, folder, **settings):
    process = begun(code, folder, **settings)
    out, err = process.communicate(timeout=100)
    return subprocess.CompletedProcess(code, process.returncode, out, err)


@pytest.mark.parametrize("way", ["overlay", "landlock", "redirect"])
@pytest.mark.parametrize("tracker", SCRIPTS)
def test_a_tracker_reaches_no_server(tmp_path, tracker, way):
    if importlib.util.find_spec(tracker) is None:
        pytest.skip(f"{tracker} is not installed; it is in the extra trackers")
    with server() as (settings, asked):
        with begun(SCRIPTS[tracker], tmp_path, **settings) as alone:
            while alone.poll() is None and not asked:
                time.sleep(0.05)
            os.killpg(alone.pid, signal.SIGKILL)
        assert asked  # or it tells nothing
    with server() as (settings, asked):
        safely = ended(SAFELY + SCRIPTS[tracker], tmp_path, ADVISOR_GUARDS=way, **settings)
        assert safely.returncode == 0, safely.stderr
        assert not asked


def test_trackers_are_asked_to_be_off_before_they_are_imported(tmp_path):
    """By modules of their names that say what they were told."""
    for folder in ("wandb", "mlflow", "mlflow/tracking", "mlflow/tracking/_tracking_service"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "__init__.py").touch()
    (tmp_path / "wandb" / "__init__.py").write_text(
        "import os\ndef init(project=None, mode=None): print(project, mode, os.environ['WANDB_MODE'])\n"
    )
    (tmp_path / "mlflow/tracking/_tracking_service/registry.py").write_text(
        "class TrackingStoreRegistry:\n  def _get_store_with_resolved_uri(self, uri, artifacts=None): print(uri, artifacts)\n"
    )
    code = """
from wandb import init
init("p", mode="online")
from mlflow.tracking._tracking_service.registry import TrackingStoreRegistry
for uri in ("http://server", "databricks", "sqlite:///a.db", "file:/b", "runs"):
    TrackingStoreRegistry()._get_store_with_resolved_uri(uri, None)
"""
    said = ended(SAFELY + code, tmp_path, WANDB_MODE="online", ADVISOR_GUARDS="redirect")
    here = f"file:{tmp_path}/mlruns None"
    assert said.stdout.splitlines() == ["p disabled disabled", here, here, "sqlite:///a.db None", "file:/b None", "runs None"], said.stderr


def test_a_tracker_of_another_version_is_told_of_and_goes_on(tmp_path):
    (tmp_path / "wandb.py").write_text("started = True\n")
    said = ended(SAFELY + "import wandb; print(wandb.started)", tmp_path, ADVISOR_GUARDS="redirect")
    assert said.stdout.strip() == "True" and "wandb is of a version" in said.stderr
