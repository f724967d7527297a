"""What the program runs on: package versions, processor, threads."""

import os
import platform
import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from kd_core.artifacts.schema import Environment

PACKAGES = ("tensorflow", "tf_keras", "tensorflow-model-optimization", "ai-edge-litert", "numpy", "pillow")


def cpu_name() -> str:
    """Return the processor's name as the system gives it."""
    info = Path("/proc/cpuinfo")
    if info.is_file():
        found = re.search(r"^model name\s*:\s*(.+)$", info.read_text(encoding="utf-8", errors="replace"), re.MULTILINE)
        if found:
            return found[1].strip()
    return platform.processor() or platform.machine()


def threads() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def machine_name() -> str:
    """Return a name for this kind of machine that carries nothing personal: its processor and how many there are."""
    slug = re.sub(r"[^a-z0-9]+", "-", cpu_name().lower()).strip("-")
    return f"{slug}-{threads()}-cores"


def package_versions() -> dict[str, str]:
    """Return the versions of the packages that a result depends on, of those that are installed."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def environment() -> Environment:
    """Return what a run records of the machine that made it."""
    return Environment(
        packages=package_versions(),
        cpu=cpu_name(),
        threads=threads(),
        platform=f"{platform.system()} {platform.machine()}",
    )
