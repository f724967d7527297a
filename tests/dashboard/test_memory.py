"""What is remembered without a server: once for each argument, and as a copy of its own for every caller."""

from dashboard.memory import remembered
from dashboard.text import language, t, translate, writing_in


def test_a_result_is_computed_once_for_each_key_and_its_arguments_without_underscore_are_the_key() -> None:
    calls: list[tuple[str, int]] = []

    @remembered(max_entries=8)
    def double(_unhashable: dict[str, str], number: int, extra: int = 0) -> list[int]:
        calls.append((_unhashable["name"], number))
        return [2 * number + extra]

    assert double({"name": "a"}, 1) == double({"name": "b"}, 1) == double({"name": "c"}, number=1) == [2]
    assert double({"name": "d"}, 2) == [4]
    assert double({"name": "e"}, 2, 1) == [5]
    assert calls == [("a", 1), ("d", 2), ("e", 2)]


def test_a_caller_may_change_its_copy_unless_the_result_is_shared() -> None:
    def numbers(key: int) -> list[int]:
        return [key]

    own, shared = remembered(max_entries=2)(numbers), remembered(max_entries=2, shared=True)(numbers)
    own(1).append(5)
    assert own(1) == [1]
    assert shared(1) is shared(1)


def test_only_so_many_results_are_kept() -> None:
    calls: list[int] = []

    @remembered(max_entries=2)
    def keep(key: int) -> None:
        calls.append(key)

    for key in (1, 2, 3, 1):
        keep(key)
    assert calls == [1, 2, 3, 1]


def test_a_document_has_a_language_of_its_own_and_gives_it_back() -> None:
    with writing_in("de"):
        with writing_in("en"):
            assert t("shell.study") == translate("en", "shell.study")
        assert (language(), t("shell.study")) == ("de", "Studie")
    assert language() == "en"
