"""A report as files: the page, and one CSV for each table and figure; in a folder, or in one archive."""

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from dashboard import context
from dashboard.report.blocks import tables
from dashboard.report.material import read_material
from dashboard.report.page import page
from dashboard.report.sections import sections_of
from dashboard.stamps import one_look
from dashboard.text import writing_in
from kd_core.artifacts import WriteError
from kd_core.atomic import atomic_folder


def report_files(study: str, lang: str, written: datetime | None = None) -> dict[str, bytes]:
    """Return the files of the report on a study by their names, the page first.

    Args:
        study: a study that has artifacts.
        lang: "en" or "de".
        written: when; now without it.

    Raises:
        KdError: if there is no such study, or it has no run that can be read.
    """
    with writing_in(lang), one_look():
        material = read_material(study)
        sections = sections_of(material)
        problems = [*material.problems, *(problem for section in sections for problem in section.problems)]
        # The reader has the report, not the machine: a file is named by its place among the artifacts.
        root = f"{context.store().root}/"
        told = list(dict.fromkeys(problem.sentence.replace(root, "") for problem in problems))
        html = page(study, sections, told, written or datetime.now(UTC))
    files = {page_name(study): html.encode("utf-8")}
    return files | {
        f"{name}.csv": table.to_csv(index=False).encode("utf-8") for name, table in tables(sections).items()
    }


def report_archive(study: str, lang: str) -> bytes:
    """Return the files of the report as one ZIP archive; the arguments and errors are those of ``report_files``."""
    files = report_files(study, lang)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(f"report-{study}/{name}", data)
    return content.getvalue()


def write_report(study: str, lang: str, folder: Path) -> list[Path]:
    """Write the files of the report in one step and return their paths, the page first.

    Args:
        study: a study that has artifacts.
        lang: "en" or "de".
        folder: where to; an earlier report there is replaced.

    Raises:
        KdError: if there is no such study, it has no run that can be read, the folder holds something else than a
            report, or it cannot be written.
    """
    foreign = _foreign(folder, page_name(study))
    if foreign:
        raise WriteError(f"{folder} holds something else than a report ({foreign[0]}): name another folder with --out.")
    files = report_files(study, lang)
    with atomic_folder(folder, replace=folder.is_dir()) as made:
        for name, data in files.items():
            (made / name).write_bytes(data)
    return [folder / name for name in files]


def page_name(study: str) -> str:
    """Return the name of the page's file."""
    return f"report-{study}.html"


def _foreign(folder: Path, page_file: str) -> list[str]:
    """Return the names of what lies in a folder and belongs to no earlier report, which names every file beside it."""
    if not folder.is_dir():
        return []
    try:
        earlier = folder / page_file
        known = earlier.read_text(encoding="utf-8") if earlier.is_file() else ""
        return sorted(file.name for file in folder.iterdir() if file != earlier and file.name not in known)
    except OSError as error:
        raise WriteError(f"{folder} cannot be read ({error.strerror}): name another folder with --out.") from error
