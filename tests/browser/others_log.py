"""Writes the benchmark's histories as TensorBoard's and MLflow's own logs; runs in an environment that holds both.

Usage: others_log.py HISTORIES FOLDER, where HISTORIES is a folder of ``<run>.csv`` with one row an epoch.
"""

import csv
import sys
import time
from pathlib import Path

from mlflow.entities import Metric
from mlflow.tracking import MlflowClient
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.event_file_writer import EventFileWriter

TAGS = ("loss", "accuracy", "val_loss", "val_accuracy")


def main() -> None:
    """Write all runs, first for TensorBoard, then for MLflow."""
    histories, folder = map(Path, sys.argv[1:])
    runs = {file.stem: list(csv.DictReader(file.open())) for file in sorted(histories.glob("*.csv"))}
    for run, rows in runs.items():
        writer = EventFileWriter(str(folder / "tensorboard" / run))
        for row in rows:
            values = [Summary.Value(tag=tag, simple_value=float(row[tag])) for tag in TAGS]
            writer.add_event(Event(wall_time=time.time(), step=int(row["epoch"]), summary=Summary(value=values)))
        writer.close()
    client = MlflowClient(f"sqlite:///{folder / 'mlflow.db'}")
    experiment = client.create_experiment("many", artifact_location=str(folder / "mlartifacts"))
    now = int(time.time() * 1000)
    for run, rows in runs.items():
        made = client.create_run(experiment, run_name=run)
        metrics = [Metric(tag, float(row[tag]), now, int(row["epoch"])) for row in rows for tag in TAGS]
        client.log_batch(made.info.run_id, metrics=metrics)
        client.set_terminated(made.info.run_id)


if __name__ == "__main__":
    main()
