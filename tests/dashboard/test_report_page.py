"""The report as a page: it needs nothing from anywhere, shows foreign text as text, and survives what is broken."""

import base64
import hashlib
import json
import re
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from dashboard.report.files import report_archive, report_files
from dashboard.text import catalogue
from kd_core.errors import KdError
from tests.dashboard.conftest import ReportIn
from tests.dashboard.kin import copy_run, edit_record
from tests.dashboard.report_reading import Page, figures, read_page, strings

PLACEHOLDER = re.compile(r"\{[^{}]*\}")
# Elements of the page; whatever else occurs has come in with a text.
ELEMENTS = {
    "html", "head", "meta", "title", "style", "body", "main", "header", "nav", "section", "noscript", "script", "h1",
    "h2", "h3", "p", "a", "ul", "ol", "li", "dl", "div", "dt", "dd", "figure", "figcaption", "table", "thead", "tbody",
    "tr", "th", "td", "span", "strong", "code", "br",
}  # fmt: skip


def made(study: str = "showcase", lang: str = "en") -> Page:
    return page_of(report_files(study, lang), study)


def page_of(files: dict[str, bytes], study: str = "showcase") -> Page:
    return read_page(files[f"report-{study}.html"].decode())


def test_the_page_loads_nothing_and_runs_no_script_but_its_own(report_on_all: ReportIn) -> None:
    page = page_of(report_on_all("en"))
    assert {tag for tag, _ in page.elements} <= ELEMENTS
    addresses = [value for _, own in page.elements for name, value in own.items() if name in ("href", "src", "srcset")]
    assert addresses
    assert all(address.startswith("#") for address in addresses)
    assert not re.search(r"url\(|@import", "".join(page.contents["style"]))
    policy = next(own["content"] for tag, own in page.elements if own.get("http-equiv") == "Content-Security-Policy")
    scripts = [text for text in page.contents["script"] if not text.startswith("[{")]
    digests = {base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in scripts}
    assert set(re.findall(r"'sha256-([^']+)'", policy)) == digests
    assert policy.startswith("default-src 'none'; ")
    assert "http" not in policy


def test_every_section_is_reached_from_the_contents(report_on_all: ReportIn) -> None:
    page = page_of(report_on_all("en"))
    links = [own["href"].removeprefix("#") for tag, own in page.elements if tag == "a"]
    assert links == [own["id"] for tag, own in page.elements if tag == "section"]
    assert len(links) == 14


def test_foreign_text_is_text(artifacts: Path) -> None:
    study = artifacts / "showcase"
    name = "<img src=x onerror=alert(1)>&amp;'\""
    note = "</script><script>alert('note')</script> <b>*bold* **b** `c`"
    folder = copy_run(study / "student3_int8", study / name, notes=[note], network="<i>net</i>")
    record = json.loads((folder / "run.json").read_text())
    environment = record["environment"] | {"cpu": "<u>cpu</u>", "packages": {"</style>": "1"}}
    edit_record(folder, environment=environment, config={"epochs": 3, "x": "</table>"})
    html = report_files("showcase", "en")["report-showcase.html"].decode()
    page = read_page(html)
    assert {tag for tag, _ in page.elements} <= ELEMENTS
    assert len(page.contents["script"]) == 3
    for text in (note, "<i>net</i>", "<u>cpu</u>", "</style> 1"):
        assert text in page.text
    label = f"{name[0].upper()}{name[1:]} · quantized"
    assert label in page.text
    # Plotly takes < for markup where it is not escaped.
    drawn = [text for figure in figures(page) for text in strings(figure)]
    assert any("&lt;img src=x onerror=alert(1)&gt;&amp;amp;" in text for text in drawn)
    assert not any("<img" in text for text in drawn)
    # And no text of a figure can end the script element that carries it.
    assert "<" not in next(text for text in page.contents["script"] if text.startswith("[{"))


def test_the_german_report_has_no_english_left_over(report_on_all: ReportIn) -> None:
    english, german = catalogue("en"), catalogue("de")
    # What a text says apart from its values, where that is long enough to be nothing else and is not the same in both.
    fragments = {
        fragment.strip(" .:;,()*`")
        for key, text in english.items()
        if text != german[key]
        for fragment in PLACEHOLDER.split(text)
    }
    fragments = {fragment for fragment in fragments if len(fragment) > 9 and " " in fragment}
    fragments -= {fragment for fragment in fragments if any(fragment in text for text in german.values())}
    left = {lang: _left(page_of(report_on_all(lang)), fragments) for lang in ("en", "de")}
    assert len(left["en"]) > 100, "the search finds what it looks for"
    assert left["de"] == []


def _left(page: Page, fragments: set[str]) -> list[str]:
    marks = str.maketrans("", "", "*`")
    captions = [own["aria-label"] for _, own in page.elements if "aria-label" in own]
    shown = "\n".join([page.text, *captions, *(text for figure in figures(page) for text in strings(figure))])
    return sorted(fragment for fragment in fragments if fragment.translate(marks) in shown.translate(marks))


@pytest.mark.parametrize(("lang", "signs", "share"), [("en", ".,", r"\d\.\d\u202f%"), ("de", ",.", r"\d,\d\u202f%")])
def test_numbers_are_written_as_the_language_has_them(
    lang: str, signs: str, share: str, report_on_all: ReportIn
) -> None:
    page = page_of(report_on_all(lang))
    assert page.elements[0] == ("html", {"lang": lang})
    assert {figure["layout"]["separators"] for figure in figures(page)} == {signs}
    assert len(re.findall(share, page.text)) > 100


def test_what_is_broken_is_named_and_the_rest_stands(damaged_artifacts: Path) -> None:
    page = made()
    broken = ("teacher/predictions.parquet", "student3_scratch/run.json", "student3_pruned/run.json", "data.parquet")
    for file in broken:
        assert page.text.count(f"\nshowcase/{file} ") == 1, file
    assert str(damaged_artifacts) not in page.text, "a reader has the report and not this machine"
    # What can be read: the answers of three runs, their curves and their places in the tree.
    assert "Student 3 QAT" in page.text
    assert any(figure["data"][0]["type"] == "heatmap" for figure in figures(page))
    assert catalogue("en")["report.no_index"].split(",")[0] in page.text


def test_one_damaged_run_leaves_the_others_as_they_are(artifacts: Path, report_on_all: ReportIn) -> None:
    whole = report_on_all("en")
    (artifacts / "showcase" / "student3_qat" / "run.json").write_text("{")
    found = report_files("showcase", "en")
    page = read_page(found["report-showcase.html"].decode())
    assert page.text.count("showcase/student3_qat/run.json") == 1
    rows = [line for line in whole["runs.csv"].decode().splitlines() if "student3_qat" not in line]
    assert found["runs.csv"].decode().splitlines() == rows
    assert found["confusion-teacher.csv"] == whole["confusion-teacher.csv"]


@pytest.mark.usefixtures("artifacts")
@pytest.mark.parametrize("lang", ["en", "de"])
def test_the_published_study_has_a_report_of_what_it_states(lang: str) -> None:
    page, texts = made("published", lang), catalogue(lang)
    assert texts["report.only_stated"] in page.text
    assert "57" in page.text
    # Two stated matrices, and nothing that would take single answers.
    assert [figure["data"][0]["type"] for figure in figures(page)].count("heatmap") == 2
    assert texts["calibration.title"] not in page.text
    assert texts["contradictions.epochs.title"] in page.text


def test_a_teacher_of_another_study_is_named_with_it(artifacts: Path) -> None:
    study = artifacts / "other"
    source = artifacts / "showcase" / "student3_distilled"
    copy_run(source, study / "student3_distilled", teacher="showcase/teacher", twin=None)
    page = made("other")
    assert "Teacher (Showcase)" in page.text
    assert catalogue("en")["verdict.untested"].format(run="Student 3 distilled") in page.text


def test_without_a_student_there_is_still_a_report(artifacts: Path) -> None:
    copy_run(artifacts / "showcase" / "teacher", artifacts / "alone" / "teacher")
    page = made("alone")
    assert catalogue("en")["report.no_student"] in page.text
    assert catalogue("en")["report.no_compression"] in page.text


def test_an_unknown_or_empty_study_is_a_sentence(artifacts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(KdError, match=r'There is no study "nothing" in .*: choose one of published, showcase'):
        report_files("nothing", "en")
    with pytest.raises(KdError, match="There is no study"):
        report_files("../showcase", "en")
    (artifacts / "empty").mkdir()
    (artifacts / "showcase" / "data.parquet").rename(artifacts / "empty" / "data.parquet")
    with pytest.raises(KdError, match="The study empty has no run to report on: `make train STUDY=empty` makes them"):
        report_files("empty", "en")
    monkeypatch.setenv("KD_ARTIFACTS_DIR", str(artifacts / "nowhere"))
    with pytest.raises(KdError, match="nowhere holds no study: restore the folder"):
        report_files("showcase", "en")


@pytest.mark.usefixtures("artifacts")
def test_the_archive_holds_the_same_files_in_a_folder(report_on_all: ReportIn) -> None:
    with zipfile.ZipFile(BytesIO(report_archive("showcase", "de"))) as archive:
        assert archive.testzip() is None
        found = {name: archive.read(name) for name in archive.namelist()}
    files = report_on_all("de")
    assert list(found) == [f"report-showcase/{name}" for name in files]
    assert found["report-showcase/runs.csv"] == files["runs.csv"]
    assert b'<html lang="de">' in found["report-showcase/report-showcase.html"]
