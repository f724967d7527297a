"""Start of a model in a fresh process: ``python -m kd_core.evaluation.probe MODEL THREADS`` prints JSON.

Its own process, since the memory that a process once took and the code that it once loaded cannot be given back.
"""

import json
import resource
import sys
import time
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter


def main(model: str, threads: int) -> None:
    """Print ``init_ms``, ``first_call_ms`` and ``peak_rss_mb`` (of the whole process, MB of 10^6 bytes)."""
    content = Path(model).read_bytes()
    began = time.perf_counter()
    interpreter = Interpreter(model_content=content, num_threads=threads)
    interpreter.allocate_tensors()
    ready = time.perf_counter()
    details = interpreter.get_input_details()[0]
    interpreter.set_tensor(details["index"], np.zeros(details["shape"], details["dtype"]))
    interpreter.invoke()
    answered = time.perf_counter()
    figures = {"init_ms": 1e3 * (ready - began), "first_call_ms": 1e3 * (answered - ready), "peak_rss_mb": _peak_mb()}
    print(json.dumps(figures))


def _peak_mb() -> float:
    status = Path("/proc/self/status")
    if status.is_file():
        # Not getrusage: its peak is handed down by the process that started this one.
        line = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024 / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
