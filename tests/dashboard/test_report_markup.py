"""The catalogue's Markdown as HTML: marks become elements, and nothing else does."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.names import escaped
from dashboard.report.markup import inline, plain
from tests.dashboard.report_reading import Page


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("It **helped**.", "It <strong>helped</strong>."),
        ("`make train STUDY=a_b`", "<code>make train STUDY=a_b</code>"),
        ("`<b>**not**</b>`", "<code>&lt;b&gt;**not**&lt;/b&gt;</code>"),
        ("one:  \ntwo\nthree", "one:<br>two<br>three"),
        (r"a\*\*b \<c\> \`d", "a**b &lt;c&gt; `d"),
        ("**open", "**open"),
        ("**a** and **b", "<strong>a</strong> and **b"),
        ('<script>"&', "&lt;script&gt;&#34;&amp;"),
        (r"C:\temp", r"C:\temp"),
    ],
)
def test_marks(text: str, html: str) -> None:
    assert str(inline(text)) == html


def test_without_marks() -> None:
    assert plain("**KD002** in `[data]` of\na \\_b\\_, <c>") == "KD002 in [data] of a _b_, <c>"


@given(st.text(st.sampled_from("*`\\<>&\"' \nab_[]()")))
def test_whatever_comes_the_elements_are_those_of_the_marks_and_closed(text: str) -> None:
    page = Page()
    page.feed(str(inline(text)))
    page.close()
    assert page._open == []
    assert {tag for tag, _ in page.elements} <= {"strong", "code", "br"}
    assert all(attributes == {} for _, attributes in page.elements)


@given(st.text(st.characters(exclude_characters="\n\r")))
def test_a_name_from_the_artifacts_is_shown_as_it_is(name: str) -> None:
    page = Page()
    page.feed(str(inline(escaped(name))))
    page.close()
    assert page.text == name
    assert page.elements == []
    assert plain(escaped(name)) == name


def test_blanks_before_a_line_break_go() -> None:
    assert not re.search(r" <br>", str(inline("a   \nb")))
