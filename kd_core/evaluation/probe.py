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
    tensor = np.zeros(details["shape"], details["dtype"])
    called = time.perf_counter()
    interpreter.set_tensor(details["index"], tensor)
    interpreter.invoke()
    answered = time.perf_counter()
    figures = {"init_ms": 1e3 * (ready - began), "first_call_ms": 1e3 * (answered - called), "peak_rss_mb": _peak_mb()}
    print(json.dumps(figures))


def _peak_mb() -> float:
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="utf-8", errors="replace").splitlines() if status.is_file() else []
    # Rather not getrusage: on Linux its peak is handed down by the process that started this one.
    if line := next((line for line in lines if line.startswith("VmHWM:")), None):
        return int(line.split()[1]) * 1024 / 1e6
    # Linux counts in KiB, macOS in bytes; some sandboxes give a status file without VmHWM.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1024 if sys.platform == "linux" else 1) / 1e6


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
