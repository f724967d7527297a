"""Five hundred made-up runs in the dashboard, and their curves in TensorBoard and in MLflow's UI, in one browser.

The other two are installed into a throwaway environment outside the project. Each is started, its page is opened until
it shows the runs, and opened again. What the dashboard keeps on disk is made by a first visit of each page, which is
timed too; then another server opens them. Beside every time stands the load of the machine.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from driver import COMPLETE, PROJECT, launch, serve
from many_runs import STUDY, histories, plan, write_many
from playwright.sync_api import Browser, Error, sync_playwright
from rich.console import Console
from rich.table import Table

# With the seconds that a page may take once the server has shown it; the curves are what the other two show.
PAGES = {"overview": 2.0, "comparison": 2.0, "training_curves": None}
MEMORY_MB = 1000
OTHERS = {
    "TensorBoard": (
        lambda bin_, logs, port: [bin_ / "tensorboard", "--logdir", logs / "tensorboard", "--port", port],
        "#timeseries",
    ),
    "MLflow": (
        lambda bin_, logs, port: [
            *(bin_ / "mlflow", "ui", "--backend-store-uri", f"sqlite:///{logs / 'mlflow.db'}"),
            *("--port", port, "--workers", "1"),
        ],
        "#/experiments/1/runs",
    ),
}
PORTS = {"TensorBoard": "18977", "MLflow": "18978"}
# A name of a run stands on the page.
LISTED = "() => document.body.innerText.includes('student3-')"
PATIENCE = 600_000

Row = tuple[str, float, float, float | None, float | None]


def main() -> None:
    """Write the runs, open them in all three, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=500)
    count = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder, browser = Path(name), launch(playwright)
        artifacts = write_many(folder / "artifacts", PROJECT / "artifacts", count=count)
        os.environ["KD_CACHE_DIR"] = str(folder / "cache")
        rows = [
            *_ours(browser, folder, artifacts, "nothing kept yet"),
            *_ours(browser, folder, artifacts, "new server"),
            *_others(browser, folder, count),
        ]
        browser.close()
    table = Table(title=f"{count} runs of 2,406 test pictures, in headless Chromium")
    for column in ("what", "s", "goal, s", "load average", f"memory, MB (goal {MEMORY_MB})"):
        table.add_column(column, justify="left" if column == "what" else "right")
    for what, seconds, load, memory, goal in rows:
        table.add_row(
            what,
            _against(seconds, goal, 2),
            f"{goal:.0f}" if goal else "",
            f"{load:.1f}",
            _against(memory, MEMORY_MB, 0) if memory else "",
        )
    Console().print(table)


def _against(value: float, goal: float | None, digits: int) -> str:
    colour = "" if goal is None else "[green]" if value <= goal else "[red]"
    return f"{colour}{value:.{digits}f}"


def _ours(browser: Browser, folder: Path, artifacts: Path, when: str) -> Iterator[Row]:
    begun: float | None = time.perf_counter()
    with serve(folder / "server.log", artifacts=artifacts) as url:
        for visit in (when, "again"):
            for page, goal in PAGES.items():
                seconds = _open(browser, f"{url}/{page if page != 'overview' else ''}?study={STUDY}", COMPLETE)
                if begun is not None:
                    yield f"dashboard, server and {page}, {when}", time.perf_counter() - begun, *_state(), None
                    begun = None
                yield f"dashboard, {page}, {visit}", seconds, *_state(), goal if visit == "again" else None


def _others(browser: Browser, folder: Path, count: int) -> Iterator[Row]:
    environment, logs, curves = folder / "venv", folder / "logs", folder / "histories"
    logs.mkdir()
    curves.mkdir()
    for made, history in zip(plan(count, 0), histories(count), strict=True):
        history.to_csv(curves / f"{made.run}.csv", index=False)
    venv.create(environment, with_pip=True)
    python = environment / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", "tensorboard", "mlflow"], check=True)
    subprocess.run([python, PROJECT / "tests" / "browser" / "others_log.py", curves, logs], check=True)
    for name, (command, page) in OTHERS.items():
        begun = time.perf_counter()
        with _running([str(part) for part in command(python.parent, logs, PORTS[name])], logs):
            url = f"http://localhost:{PORTS[name]}/{page}"
            _open(browser, url, LISTED)
            yield f"{name}, server and runs listed", time.perf_counter() - begun, os.getloadavg()[0], None, None
            yield f"{name}, again", _open(browser, url, LISTED), os.getloadavg()[0], None, None


def _open(browser: Browser, url: str, done: str) -> float:
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    begun, deadline = time.perf_counter(), time.monotonic() + PATIENCE / 1000
    while True:
        try:
            begun = time.perf_counter()
            page.goto(url, timeout=PATIENCE)
            break
        # The server is not up yet.
        except Error:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
    page.wait_for_function(done, timeout=PATIENCE)
    seconds = time.perf_counter() - begun
    page.close()
    return seconds


@contextmanager
def _running(command: list[str], logs: Path) -> Iterator[None]:
    with (logs / "server.log").open("wb") as output:
        server = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, cwd=logs)
        try:
            yield
        finally:
            server.terminate()
            server.wait(timeout=30)


def _state() -> tuple[float, float | None]:
    return os.getloadavg()[0], _peak_memory()


def _peak_memory() -> float | None:
    """Return the most memory that the dashboard's server has held, in MB; None where the system does not tell."""
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
            own = int(fields["PPid"]) == os.getpid()
            if own and b"streamlit" in (status.parent / "cmdline").read_bytes():
                return int(fields["VmHWM"].split()[0]) / 1000
        except (OSError, KeyError, ValueError):
            continue
    return None


if __name__ == "__main__":
    sys.exit(main())
