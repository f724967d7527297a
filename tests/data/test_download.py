import base64
import hashlib
import io
import socket
import threading
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from kd_core.data.download import DownloadError, fetch
from kd_core.data.layout import find_picture

LARGE = b"one" * 600_000  # more than the megabyte that kagglehub writes at a time
PHOTOS = {
    "Training Data/Training Data/Cat/Cat-Train (1).jpeg": LARGE,
    "Training Data/Training Data/Dog/Dog-Train (1).JPG": b"two",
    "Validation Data/Validation Data/Cat/Cat (1).png": b"three",
    "Testing Data/Testing Data/Cat/Cat-Test (1).jpeg": b"four",
    "Interesting Data/Interesting Data/Cat/Cat (2).jpeg": b"not a split",
}


def _zip(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:  # stored, not compressed: large enough to be cut
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


class Kaggle(ThreadingHTTPServer):
    """Kaggle's download interface, as far as kagglehub asks for it; kagglehub itself is the real one."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.archive = _zip(PHOTOS)
        self.checksum = True
        self.cut_after: int | None = None
        self.status = 200
        self.requests: list[str] = []


class _Handler(BaseHTTPRequestHandler):
    server: Kaggle

    def do_HEAD(self) -> None:
        self._note()
        self.send_response(404)
        self.end_headers()

    def do_POST(self) -> None:
        self._note()
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(self.server.status, self.server.archive)

    def do_GET(self) -> None:
        self._note(self.headers["Range"])
        self._answer(206, self.server.archive[int(self.headers["Range"].removeprefix("bytes=").removesuffix("-")) :])

    def _note(self, what: str = "") -> None:
        self.server.requests.append(f"{self.command} {what}".strip())

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Accept-Ranges", "bytes")
        if self.server.checksum:
            digest = base64.b64encode(hashlib.md5(self.server.archive).digest()).decode()
            self.send_header("X-Goog-Hash", f"md5={digest}")
        self.end_headers()
        with suppress(OSError):  # kagglehub hangs up on an answer that it only needed the headers of
            self.wfile.write(body[: self.server.cut_after])

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(autouse=True)
def _nobody_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "KAGGLEHUB_CACHE", "KAGGLE_CONFIG_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name))
    for name in ("no_proxy", "NO_PROXY", "KAGGLE_API_TOKEN", "KAGGLE_USERNAME", "KAGGLE_KEY"):
        monkeypatch.delenv(name, raising=False)


def _send_to(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everything that kagglehub asks go to a port of this machine, as through a proxy."""
    monkeypatch.setenv("KAGGLE_API_ENVIRONMENT", "LOCALHOST")
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{port}")


@pytest.fixture
def kaggle(monkeypatch: pytest.MonkeyPatch) -> Iterator[Kaggle]:
    with Kaggle() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        _send_to(server.server_port, monkeypatch)
        yield server
        server.shutdown()
        thread.join()


def test_the_photos_come_as_a_plain_tree(tmp_path: Path, kaggle: Kaggle) -> None:
    folder = tmp_path / "data" / "animals15"
    assert fetch(folder) == folder
    found = {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    assert found == {
        "train/Cat/Cat-Train (1).jpeg": LARGE,
        "train/Dog/Dog-Train (1).JPG": b"two",
        "val/Cat/Cat (1).png": b"three",
        "test/Cat/Cat-Test (1).jpeg": b"four",
    }
    assert find_picture(folder, "test/Cat/Cat-Test (1).jpeg") is not None
    assert [p.name for p in folder.parent.iterdir()] == ["animals15"]
    assert kaggle.requests == ["HEAD", "POST"]


def test_photos_that_are_there_are_not_fetched_again(tmp_path: Path, kaggle: Kaggle) -> None:
    for name in PHOTOS:
        (tmp_path / "data" / name).parent.mkdir(parents=True)
    assert fetch(tmp_path / "data") == tmp_path / "data"
    assert kaggle.requests == []


def test_an_archive_that_kagglehub_has_needs_no_network(tmp_path: Path, kaggle: Kaggle) -> None:
    fetch(tmp_path / "one")
    kaggle.requests.clear()
    fetch(tmp_path / "two")
    assert kaggle.requests == []
    assert (tmp_path / "two" / "val" / "Cat" / "Cat (1).png").read_bytes() == b"three"


def test_a_download_that_broke_off_goes_on_where_it_stopped(tmp_path: Path, kaggle: Kaggle) -> None:
    kaggle.cut_after = 1_500_000
    with pytest.raises(DownloadError, match=r"broke off\. Try again: what has arrived is kept\."):
        fetch(tmp_path / "data")
    assert not (tmp_path / "data").exists()
    kaggle.cut_after = None
    fetch(tmp_path / "data")
    assert kaggle.requests == ["HEAD", "POST", "HEAD", "POST", "GET bytes=1048576-"]
    assert (tmp_path / "data" / "train" / "Cat" / "Cat-Train (1).jpeg").read_bytes() == LARGE


def test_without_a_network_one_sentence_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:  # bound and not listening: a connection is refused at once
        taken.bind(("127.0.0.1", 0))
        _send_to(taken.getsockname()[1], monkeypatch)
        with pytest.raises(DownloadError) as caught:
            fetch(tmp_path / "data")
    sentence = str(caught.value)
    assert "Kaggle cannot be reached from here" in sentence
    assert "Try again with a network" in sentence
    assert "https://www.kaggle.com/datasets/utkarshsaxenadn/animal-image-classification-dataset" in sentence
    assert f"unpack it to {tmp_path / 'data'}" in sentence
    assert "KD_DATA_DIR" in sentence
    assert not (tmp_path / "data").exists()


def test_a_network_that_swallows_everything_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        _send_to(silent.getsockname()[1], monkeypatch)
        with pytest.raises(DownloadError, match=r"cannot be reached from here \(ReadTimeout\)"):
            fetch(tmp_path / "data", timeout=0.1)


def test_a_data_set_that_is_gone_is_a_sentence(tmp_path: Path, kaggle: Kaggle) -> None:
    kaggle.status = 404
    with pytest.raises(DownloadError, match=r"Kaggle answered 404 .* by hand from https://www\.kaggle\.com/"):
        fetch(tmp_path / "data")


@pytest.mark.parametrize("checksum", [True, False])
def test_a_damaged_archive_is_a_sentence(tmp_path: Path, kaggle: Kaggle, checksum: bool) -> None:
    kaggle.archive = b"no zip at all"
    kaggle.checksum = checksum
    with pytest.raises(DownloadError, match=r"arrived damaged .* Remove .*KAGGLEHUB_CACHE and try again"):
        fetch(tmp_path / "data")
    assert not (tmp_path / "data").exists()


def test_an_archive_with_other_folders_is_a_sentence(tmp_path: Path, kaggle: Kaggle) -> None:
    kaggle.archive = _zip({"Training Data/Cat/1.jpeg": b"one"})
    with pytest.raises(DownloadError, match="has other folders than expected"):
        fetch(tmp_path / "data")
    assert not (tmp_path / "data").exists()


def test_a_full_disk_at_kagglehub_names_its_folder(
    tmp_path: Path, kaggle: Kaggle, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache" / "datasets" / "utkarshsaxenadn" / "animal-image-classification-dataset"
    cache.mkdir(parents=True)
    (cache / "4.archive").symlink_to("/dev/full")
    monkeypatch.setenv("KAGGLEHUB_CACHE", str(tmp_path / "cache"))
    with pytest.raises(DownloadError, match=r"stored in .*cache \(No space left on device\): free some space there"):
        fetch(tmp_path / "data")


@pytest.mark.parametrize("held", ["train/Cat", "holiday"])
def test_a_folder_that_holds_a_part_is_left_alone(tmp_path: Path, kaggle: Kaggle, held: str) -> None:
    (tmp_path / "data" / held).mkdir(parents=True)
    with pytest.raises(DownloadError, match=r"data is not empty but lacks .*val, test: complete it from https://"):
        fetch(tmp_path / "data")
    assert kaggle.requests == []
    assert (tmp_path / "data" / held).is_dir()
