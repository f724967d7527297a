"""The Makefile, the requirements and Streamlit's settings say what a fresh machine is promised."""

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).resolve().parents[1]
REQUIREMENTS = ("requirements-dashboard.txt", "requirements.txt", "tests/requirements.txt")
PIN = re.compile(r"(?P<name>[A-Za-z0-9_.-]+)==(?P<version>[^ ]+)  # .+")
TRAINING_PACKAGES = {"tensorflow", "tf-keras", "keras", "tensorflow-model-optimization", "torch"}


def pins(file: str) -> dict[str, str]:
    """Return name and version of each pinned line; a line that is neither pin, include nor comment is an error."""
    found = {}
    for line in (PROJECT / file).read_text(encoding="utf-8").splitlines():
        if line.startswith(("#", "-r ")):
            continue
        match = PIN.fullmatch(line)
        assert match, f"{file}: {line!r} is no exact pin with its reason"
        found[match["name"]] = match["version"]
    return found


def make(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run make in a folder, without what an outer make or CI put into the environment."""
    kept = {n: v for n, v in os.environ.items() if n not in {"MAKEFLAGS", "MAKELEVEL", "KD_PYTHON", "PYTHON", "STUDY"}}
    return subprocess.run(
        ["make", *arguments], cwd=folder, env=kept | environment, capture_output=True, text=True, check=False
    )


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A clone of the tools' part of the repository, with both environments finished."""
    (tmp_path / "tests").mkdir()
    for name in ("Makefile", *REQUIREMENTS):
        shutil.copy(PROJECT / name, tmp_path / name)
    for venv in (".venv", ".venv-dashboard"):
        (tmp_path / venv / "bin").mkdir(parents=True)
        (tmp_path / venv / "bin" / "python").symlink_to("/bin/sh")
        (tmp_path / venv / "installed").touch()
    return tmp_path


@pytest.mark.parametrize("file", REQUIREMENTS)
def test_every_requirement_is_pinned_to_what_the_suite_runs_with(file: str) -> None:
    wanted = pins(file)
    assert wanted
    assert {name: importlib.metadata.version(name) for name in wanted} == wanted


def test_requirements_build_on_one_another_without_repeating_a_pin() -> None:
    assert "-r requirements-dashboard.txt" in (PROJECT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert "-r ../requirements.txt" in (PROJECT / "tests/requirements.txt").read_text(encoding="utf-8").splitlines()
    names = [canonicalize_name(name) for file in REQUIREMENTS for name in pins(file)]
    assert len(names) == len(set(names))


def test_the_dashboard_brings_no_training_package_not_even_indirectly() -> None:
    todo = [canonicalize_name(name) for name in pins("requirements-dashboard.txt")]
    closure: set[str] = set()
    while todo:
        name = todo.pop()
        if name in closure:
            continue
        closure.add(name)
        for text in importlib.metadata.requires(name) or []:
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                todo.append(canonicalize_name(requirement.name))
    assert "starlette" in closure or "tornado" in closure, "the walk did not reach what Streamlit itself needs"
    assert closure & TRAINING_PACKAGES == set()


def test_help_is_the_default_and_lists_every_target(machine: Path) -> None:
    answer = make(machine)
    assert answer.returncode == 0
    makefile = (machine / "Makefile").read_text(encoding="utf-8").replace("\\\n", " ")
    phony = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    targets = {target for line in phony for target in line.split()}
    assert {line.split()[1] for line in answer.stdout.splitlines()} == targets
    assert answer.stdout == make(machine, "help").stdout


@pytest.mark.parametrize(
    ("arguments", "commands"),
    [
        (["train"], ["run showcase"]),
        (["train", "STUDY=paper", "ONLY=student-3", "FORCE=1"], ["run paper --only student-3 --force"]),
        (["teacher"], ["run showcase --stage teacher"]),
        (["students", "STUDY=paper"], ["run paper --stage students"]),
        (["compress"], ["run showcase --stage compress"]),
        (["status"], ["status showcase"]),
        (["evaluate"], ["evaluate showcase"]),
        (["benchmark", "STUDY=smoke"], ["benchmark smoke"]),
        (["report", "STUDY=paper"], ["report paper"]),
        (["smoke"], ["run smoke"]),
        (["data"], ["data fetch", "data index"]),
        (["published"], ["published"]),
    ],
)
def test_targets_are_thin_wraps_and_a_finished_environment_is_left_alone(
    machine: Path, arguments: list[str], commands: list[str]
) -> None:
    answer = make(machine, "--dry-run", *arguments)
    lines = [" ".join(line.split()) for line in answer.stdout.splitlines()]
    assert lines == [f".venv/bin/python -m kd_core {command}" for command in commands]


def test_the_demo_serves_from_its_own_environment(machine: Path) -> None:
    (machine / ".venv" / "installed").unlink()
    answer = make(machine, "--dry-run", "demo")
    assert answer.stdout == ".venv-dashboard/bin/python -m streamlit run dashboard/streamlit_app.py\n"


@pytest.mark.parametrize("lost", ["installed", "bin/python"])
def test_an_environment_that_was_never_finished_or_lost_its_interpreter_is_made_anew(machine: Path, lost: str) -> None:
    (machine / ".venv-dashboard" / lost).unlink()
    log = machine / "calls"
    answer = make(machine, ".venv-dashboard/installed", KD_PYTHON=str(interpreter(machine, log)))
    assert answer.returncode == 0, answer.stderr
    assert log.read_text(encoding="utf-8").splitlines() == [
        "-m venv --clear .venv-dashboard",
        "-m pip install --quiet --disable-pip-version-check -r requirements-dashboard.txt",
    ]
    assert (machine / ".venv-dashboard" / "installed").exists()


def test_changed_requirements_are_installed_into_the_environment_that_is_there(machine: Path) -> None:
    later = (machine / ".venv-dashboard" / "installed").stat().st_mtime + 10
    os.utime(machine / "requirements-dashboard.txt", (later, later))
    answer = make(machine, "--dry-run", "demo")
    assert "-m pip install --quiet --disable-pip-version-check -r requirements-dashboard.txt" in answer.stdout


def test_an_installation_that_fails_leaves_no_stamp(machine: Path) -> None:
    (machine / ".venv-dashboard" / "installed").unlink()
    answer = make(machine, "demo", KD_PYTHON=str(interpreter(machine, machine / "calls", fails="pip")))
    assert answer.returncode != 0
    assert not (machine / ".venv-dashboard" / "installed").exists()


def test_a_machine_without_a_fitting_python_is_told_in_one_sentence(machine: Path) -> None:
    (machine / ".venv" / "installed").unlink()
    answer = make(machine, "smoke", KD_PYTHON="/nowhere/python3.9")
    assert answer.returncode == 2
    sentence = answer.stderr.splitlines()[0]
    assert sentence.startswith("Python 3.11, 3.12 or 3.13 with its venv module is needed; tried: /nowhere/python3.9.")
    assert "KD_PYTHON=" in sentence


def test_streamlit_listens_at_home_and_reports_to_nobody() -> None:
    config = tomllib.loads((PROJECT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert config["server"]["address"] == "localhost"
    assert config["browser"]["gatherUsageStats"] is False
    assert config["client"]["showErrorDetails"] == "none"


@pytest.mark.parametrize(
    ("required", "workers", "code"),
    [({}, "0", 0), ({}, "2", 0), ({"CI": "true"}, "0", 1), ({"KD_REQUIRE_BROWSER": "1"}, "0", 1)],
)
def test_without_a_browser_the_last_lines_say_what_was_left_out(
    tmp_path: Path, required: dict[str, str], workers: str, code: int
) -> None:
    kept = {n: v for n, v in os.environ.items() if n not in {"CI", "KD_REQUIRE_BROWSER"} and not n.startswith("PYTEST")}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-n", workers, "--dist", "loadfile"]
    answer = subprocess.run(
        [*command, "tests/browser/test_what_a_person_does.py", "-k", "test_a_snapshot_is_classified"],
        cwd=PROJECT,
        env=kept | required | {"PATH": str(tmp_path), "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == code, answer.stdout + answer.stderr
    if code == 0:
        *_, sentence, closing = filter(None, answer.stdout.splitlines())
        assert sentence.startswith("The browser tests were left out: no browser starts here")
        assert "1 skipped" in closing
    else:
        assert "1 error" in answer.stdout.splitlines()[-1]


def interpreter(folder: Path, log: Path, fails: str = "nothing") -> Path:
    """Write a stand-in for Python that fits, notes its calls, and makes an environment holding itself."""
    program = folder / "python3.13"
    program.write_text(
        f"""#!/bin/sh
[ "$1" = -c ] && exit 0
echo "$*" >> "{log}"
[ "$2" = {fails} ] && exit 1
[ "$2" = venv ] || exit 0
for folder; do :; done
rm -rf "$folder"; mkdir -p "$folder/bin"; cp "$0" "$folder/bin/python"
""",
        encoding="utf-8",
    )
    program.chmod(0o755)
    return program
