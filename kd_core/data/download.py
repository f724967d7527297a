"""Fetching the original photos from Kaggle, without an account."""

import os
import shutil
from pathlib import Path
from zipfile import BadZipFile

import requests
from kagglehub import dataset_download
from kagglehub.cache import Cache
from kagglehub.config import get_cache_folder
from kagglehub.exceptions import DataCorruptionError
from kagglehub.handle import parse_dataset_handle
from kagglesdk.kaggle_env import get_endpoint, get_env

from kd_core.atomic import atomic_folder
from kd_core.data.layout import SPLITS, split_folders
from kd_core.errors import KdError

PAGE = "https://www.kaggle.com/datasets/utkarshsaxenadn/animal-image-classification-dataset"
# The version with 15 classes; versions 1 to 3 have fewer. Pinned, so that the photos stay the ones that were measured.
HANDLE = "utkarshsaxenadn/animal-image-classification-dataset/versions/4"


class DownloadError(KdError):
    """The photos could not be fetched."""


def fetch(folder: Path, *, timeout: float = 15.0) -> Path:
    """Fetch the photos into ``folder/train|val|test/<class>/``, whole or not at all, and return ``folder``.

    Nothing is done where the folder holds the three splits already. kagglehub keeps what has arrived in its own cache
    (``KAGGLEHUB_CACHE``) and goes on from there; the photos are hard links to it where both lie on one disk.

    Args:
        folder: the data folder.
        timeout: seconds to wait for a sign of life from Kaggle before anything else is tried.

    Raises:
        DownloadError: if there is no network, the transfer breaks off or is damaged, or the folder holds a part only.
        WriteError: if the photos cannot be written to the folder.
    """
    present = split_folders(folder)
    if set(present) == set(SPLITS):
        return folder
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        missing = ", ".join(split for split in SPLITS if split not in present)
        raise DownloadError(
            f"{folder} is not empty but lacks {missing}: complete it from {PAGE}, or remove it and fetch again."
        )
    downloaded = split_folders(_download(folder, timeout))
    if set(downloaded) != set(SPLITS):
        raise DownloadError(f"What Kaggle sent has other folders than expected. {_by_hand(folder)}")
    with atomic_folder(folder) as hidden:
        for split, source in downloaded.items():
            shutil.copytree(source, hidden / split, copy_function=_link)
    return folder


def _download(folder: Path, timeout: float) -> Path:
    """Return kagglehub's folder of the unpacked archive."""
    again = "Try again: what has arrived is kept."
    try:
        if not Cache().load_from_cache(parse_dataset_handle(HANDLE)):
            # kagglehub's first request has no timeout and would wait for ever on a network that swallows it.
            requests.head(get_endpoint(get_env()), timeout=timeout)
        return Path(dataset_download(HANDLE))
    except requests.HTTPError as error:
        status = error.response.status_code if error.response is not None else "an error"
        raise DownloadError(f"Kaggle answered {status} when asked for the photos. {_by_hand(folder)}") from error
    # What breaks off in the middle of an answer; both are requests' words for it.
    except (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError) as error:
        raise DownloadError(f"The download of the photos broke off. {again} {_by_hand(folder)}") from error
    except requests.RequestException as error:
        raise DownloadError(
            f"Kaggle cannot be reached from here ({type(error).__name__}). Try again with a network. {_by_hand(folder)}"
        ) from error
    except (DataCorruptionError, BadZipFile, ValueError) as error:
        raise DownloadError(
            f"The archive of the photos arrived damaged ({error}). Remove {get_cache_folder()} and try again. "
            f"{_by_hand(folder)}"
        ) from error
    except OSError as error:
        raise DownloadError(
            f"The archive cannot be stored in {get_cache_folder()} ({error.strerror}): free some space there, or point "
            f"KAGGLEHUB_CACHE to another disk. {again}"
        ) from error


def _by_hand(folder: Path) -> str:
    return (
        f"Or download the archive by hand from {PAGE} and unpack it to {folder}, or set KD_DATA_DIR to a folder that "
        "holds the photos."
    )


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another disk, or a file system without links
        shutil.copy2(source, target)
