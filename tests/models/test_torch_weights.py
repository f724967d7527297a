import hashlib
import io
import os
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kd_core.models.inputs import NetworkError
from kd_core.models.torch_weights import parse_state_dict, read_state_dict

# The file format written by hand, opcode by opcode, since PyTorch is not there to write it.
ORDERED_DICT = b"ccollections\nOrderedDict\n)R"


def text(value):
    return b"X" + len(value).to_bytes(4, "little") + value.encode()


def integer(value):
    return b"J" + value.to_bytes(4, "little", signed=True)


def integers(values):
    return b"(" + b"".join(integer(value) for value in values) + b"t"


def tensor(key, array, kind):
    storage = b"(" + text("storage") + f"ctorch\n{kind}\n".encode() + text(key) + text("cpu") + integer(array.size)
    strides = [step // array.itemsize for step in array.strides]
    arguments = storage + b"NtQ" + integer(0) + integers(array.shape) + integers(strides) + b"\x89" + ORDERED_DICT
    return b"ctorch._utils\n_rebuild_tensor_v2\n(" + arguments + b"tR"


def pth(arrays, kinds, state=None):
    def pickled(body):
        return b"\x80\x02" + body + b"."

    head = pickle.dumps(0x1950A86A20F9469CFC6C, 2) + pickle.dumps(1001, 2) + pickle.dumps({"little_endian": True}, 2)
    items = [text(name) + tensor(f"s{name}", array, kinds[name]) for name, array in arrays.items()]
    state = state or pickled(ORDERED_DICT + b"(" + b"".join(items) + b"u")
    keys = pickle.dumps([f"s{name}" for name in arrays], 2)
    # The storage of a transposed array is the memory that it looks at.
    data = [array.size.to_bytes(8, "little") + array.ravel(order="K").tobytes() for array in arrays.values()]
    return head + state + keys + b"".join(data)


EXAMPLE = {"w": np.arange(6, dtype="<f4").reshape(2, 3), "n": np.array(7, dtype="<i8")}
KINDS = {"w": "FloatStorage", "n": "LongStorage"}


def test_tensors_come_back_with_names_shapes_and_dtypes(tmp_path):
    path = tmp_path / "small.pth"
    path.write_bytes(pth(EXAMPLE, KINDS))

    found = read_state_dict(path, hashlib.sha256(path.read_bytes()).hexdigest())

    assert list(found) == ["w", "n"]
    assert found["w"].dtype == np.float32
    assert found["w"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert found["n"].dtype == np.int64
    assert found["n"].tolist() == 7


@given(st.lists(st.integers(1, 4), min_size=1, max_size=4), st.permutations([0, 1, 2, 3]))
def test_any_shape_and_order_of_axes_is_read(shape, order):
    array = np.arange(np.prod(shape), dtype="<f4").reshape(shape)
    array = array.transpose([axis for axis in order if axis < array.ndim])

    found = parse_state_dict(io.BytesIO(pth({"w": array}, KINDS)), "file")["w"]

    np.testing.assert_array_equal(found, array)
    assert found.flags.c_contiguous


def test_a_file_with_another_hash_is_refused_unread(tmp_path):
    path = tmp_path / "other.pth"
    path.write_bytes(b"anything")

    with pytest.raises(NetworkError, match=r"other\.pth are not the published file"):
        read_state_dict(path, "0" * 64)


def test_a_missing_file_is_a_sentence(tmp_path):
    with pytest.raises(NetworkError, match=r"none\.pth cannot be read \(No such file or directory\)"):
        read_state_dict(tmp_path / "none.pth", "0" * 64)


def test_a_pickle_that_names_anything_else_is_refused_and_not_run(tmp_path):
    class Evil:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "harm"),)

    content = pth(EXAMPLE, KINDS, state=pickle.dumps({"w": Evil()}, 2))

    with pytest.raises(
        NetworkError, match=r"file are no plain PyTorch state dictionary \(it names (posix|nt)\.mkdir\)"
    ):
        parse_state_dict(io.BytesIO(content), "file")
    assert not (tmp_path / "harm").exists()


@pytest.mark.parametrize("kind", ["HalfStorage", "nn.Module"])
def test_a_storage_of_an_unknown_type_is_refused(kind):
    with pytest.raises(NetworkError, match=f"it names torch.{kind}"):
        parse_state_dict(io.BytesIO(pth(EXAMPLE, {"w": kind, "n": kind})), "file")


@given(st.integers(0, len(pth(EXAMPLE, KINDS)) - 1))
def test_a_truncated_file_is_a_sentence_wherever_it_ends(length):
    with pytest.raises(NetworkError, match="no plain PyTorch state dictionary"):
        parse_state_dict(io.BytesIO(pth(EXAMPLE, KINDS)[:length]), "file")


def test_a_tensor_that_reaches_beyond_its_storage_is_refused():
    content = pth({"w": np.zeros((2, 3), "<f4")}, KINDS)
    beyond = content.replace(integers((2, 3)), integers((2, 4)))

    assert beyond != content
    with pytest.raises(NetworkError, match="no plain PyTorch state dictionary"):
        parse_state_dict(io.BytesIO(beyond), "file")
