"""The file of doubtful labels: written whole, read back as it was, and met with a sentence when it is not ours."""

import pandas as pd
import pytest
from pydantic import ValidationError

from kd_core.artifacts import ArtifactError, ArtifactStore
from tests.suspects_made import make_suspects


def test_what_is_written_comes_back(tmp_path):
    store, written = ArtifactStore(tmp_path), make_suspects()
    assert store.suspects("showcase") is None
    path = store.write_suspects(written)
    assert path == tmp_path / "showcase" / "suspects.parquet" == store.suspects_path("showcase")
    assert store.suspects("showcase") == written
    assert [file.name for file in path.parent.iterdir()] == ["suspects.parquet"]
    # Anybody's tool reads the rows.
    assert pd.read_parquet(path)["suggested"].tolist() == ["Dog", "Zebra", "Dog", "Cat", "Cat"]


def test_a_set_without_doubts_comes_back_too(tmp_path):
    clean = make_suspects(pictures=(), flagged={})
    store = ArtifactStore(tmp_path)
    store.write_suspects(clean)
    found = store.suspects("showcase")
    assert found == clean
    assert (found.n_flagged, len(found.frame)) == (0, 0)
    assert list(found.frame) == list(make_suspects().frame)


def test_counts_are_those_of_all_pictures():
    found = make_suspects()
    assert (found.n_audited, found.n_flagged, len(found.frame)) == (5 * 38, 7, 5)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"split,path\n"])
def test_a_damaged_file_is_a_sentence(tmp_path, content):
    store = ArtifactStore(tmp_path)
    path = store.write_suspects(make_suspects())
    path.write_bytes(content)
    with pytest.raises(ArtifactError, match=r"suspects\.parquet cannot be read"):
        store.suspects("showcase")


def test_a_truncated_file_is_a_sentence(tmp_path):
    store = ArtifactStore(tmp_path)
    path = store.write_suspects(make_suspects())
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ArtifactError, match=r"suspects\.parquet cannot be read"):
        store.suspects("showcase")


def test_a_foreign_table_and_another_studys_file_are_sentences(tmp_path):
    store = ArtifactStore(tmp_path)
    path = store.write_suspects(make_suspects(study="paper"))
    path.parent.rename(tmp_path / "showcase")
    with pytest.raises(ArtifactError, match="belongs to the study paper"):
        store.suspects("showcase")
    pd.DataFrame({"a": [1]}).to_parquet(store.suspects_path("showcase"))
    with pytest.raises(ArtifactError, match=r"suspects\.parquet: .*Restore the file, or make it again"):
        store.suspects("showcase")
    rows = make_suspects().frame.drop(columns="quality")
    rows.to_parquet(store.suspects_path("showcase"))
    with pytest.raises(ArtifactError, match="Restore the file, or make it again"):
        store.suspects("showcase")


def test_what_contradicts_itself_is_refused():
    pictures = make_suspects().pictures
    with pytest.raises(ValidationError, match="not in the order"):
        make_suspects(pictures=pictures[::-1])
    with pytest.raises(ValidationError, match="stands there twice"):
        make_suspects(pictures=(pictures[0], pictures[0]))
    with pytest.raises(ValidationError, match="train, Cat: more pictures"):
        make_suspects(flagged={"train": {"Cat": 1}, "val": {"Mouse": 1}, "test": {"Cow": 1, "Dog": 1}})
