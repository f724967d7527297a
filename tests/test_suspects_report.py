"""The table of the command line: the first suspects, the counts, and that it fits a terminal."""

import io

from rich.console import Console

from kd_core.artifacts import Suspects
from kd_core.suspects_report import suspects_table
from tests.suspects_made import make_suspects


def _printed(found: Suspects) -> str:
    console = Console(file=io.StringIO(), width=80)
    console.print(suspects_table(found), highlight=False)
    return console.file.getvalue()


def test_the_first_suspects_and_the_counts_within_80_columns():
    text = _printed(make_suspects())
    assert max(map(len, text.splitlines())) <= 80
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert "train/Cat/Cat-Train (3).jpeg Cat 0.000 Dog 0.980" in lines
    assert "test/Dog/Dog-Test (4).jpeg Dog 0.200 Cat 0.600" in lines
    assert "7 of 190 labels are doubted, 5 are listed." in lines
    assert "Cat 4 of 20 0 of 8 0 of 10" in lines
    assert "all 4 of 100 1 of 40 2 of 50" in lines
    assert "it gives 93.0% of the pictures their label" in " ".join(lines)


def test_no_more_than_twenty_and_a_long_path_is_whole():
    one = make_suspects().pictures[0]
    many = tuple(
        one.model_copy(update={"path": f"train/Cat/a very long name of a picture that nobody would give {i:02}.jpeg"})
        for i in range(30)
    )
    flagged = {"train": {"Cat": 30}}
    audited = {"train": {"Cat": 40}}
    text = _printed(make_suspects(pictures=many, flagged=flagged, audited=audited))
    assert max(map(len, text.splitlines())) <= 80
    assert text.count(" Dog ") == 20
    assert text.count("19.jpeg") == 1
    assert "20.jpeg" not in text
