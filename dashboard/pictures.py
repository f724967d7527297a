"""Pictures of the user's data folder as small JPEGs: decoded once, shown many times."""

import hashlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import ImageOps

from dashboard.memory import remembered
from kd_core.data.load import PictureError, data_dir, decode, find_picture

SIDE = 160


@dataclass(frozen=True)
class Thumbnail:
    """A picture as JPEG bytes of ``SIDE`` x ``SIDE`` pixels, and the SHA-256 of the file that it was made from."""

    jpeg: bytes
    sha256: str


def has_pictures() -> bool:
    """Return whether there is a data folder on this machine at all."""
    return data_dir().is_dir()


def thumbnail(path: str) -> Thumbnail | None:
    """Return the small picture of an index path (``split/class/file``); None when it is missing or cannot be read."""
    file = find_picture(data_dir(), path)
    if file is None:
        return None
    status = file.stat()
    try:
        return _thumbnail(str(file), status.st_mtime_ns, status.st_size)
    except (PictureError, OSError):
        return None


# About 6 kB each: the whole test split stays in memory and no cell is decoded twice.
@remembered(max_entries=4096)
def _thumbnail(file: str, modified: int, size: int) -> Thumbnail:
    content = Path(file).read_bytes()
    # Padded and not cropped or squashed: a person judges the picture, not what a network makes of it.
    small = ImageOps.pad(decode(content), (SIDE, SIDE), color=(127, 127, 127))
    buffer = BytesIO()
    small.save(buffer, format="JPEG", quality=85)
    return Thumbnail(buffer.getvalue(), hashlib.sha256(content).hexdigest())
