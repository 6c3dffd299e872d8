"""Four trainings, three of them sick, and their logs."""

from dataclasses import asdict
from pathlib import Path

from advisor.demonstration.network import Training, train
from advisor.errors import AdvisorError

TRAININGS = {
    "healthy": Training(lr=0.02),
    "rate-too-high": Training(lr=3.0, epochs=10),
    "rate-too-low": Training(lr=1e-4, batch_size=64, epochs=16),
    "overfitting": Training(lr=0.02, batch_size=16, epochs=80, hidden_size=256, train_size=300, wrong_labels=0.2),
}
LEFT_OUT = ("wrong_labels",)  # what nobody would have logged


def demonstrate(folder: Path) -> list[Path]:
    """Train them all and log each in a folder of its own below this one.

    Raises
    ------
    AdvisorError
        The folder holds something, or cannot be made.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise AdvisorError(f"{folder} is no empty folder: name a new one.")
    return [logged(folder / name, training) for name, training in TRAININGS.items()]


def logged(folder: Path, training: Training) -> Path:
    """Train, and log curves and settings as Lightning's CSVLogger lays them out.

    Raises
    ------
    AdvisorError
        It cannot be written there.
    """
    settings = {name: value for name, value in asdict(training).items() if name not in LEFT_OUT} | {"optimizer": "SGD"}
    points = (asdict(point).values() for point in train(training))
    rows = ["step,train_loss,val_loss,val_accuracy", *(",".join("" if v is None else repr(v) for v in point) for point in points)]
    try:
        folder.mkdir(parents=True)
        (folder / "metrics.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
        (folder / "hparams.yaml").write_text("".join(f"{name}: {value}\n" for name, value in settings.items()), encoding="utf-8")
    except OSError as error:
        raise AdvisorError(f"{folder} could not be written: {error.strerror or error}.") from None
    return folder
