"""Numbers with units, in both languages."""

import math

import pytest
import streamlit as st

from dashboard import formats as f

THIN = "\u202f"


@pytest.fixture
def german(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f, "language", lambda: "de")


def test_english() -> None:
    assert st.session_state.get("language") is None
    assert f.fmt_percent(0.9042) == f"90.4{THIN}%"
    assert f.fmt_count(57_701_519) == "57,701,519"
    assert f.fmt_bytes(482e6) == f"482{THIN}MB"
    assert f.fmt_bytes(3.19e6) == f"3.19{THIN}MB"
    assert f.fmt_bytes(727_344) == f"727{THIN}kB"
    assert f.fmt_bytes(999_999) == f"1.00{THIN}MB"
    assert f.fmt_bytes(12) == f"12{THIN}B"
    assert f.fmt_short(675_343) == f"675{THIN}k"
    assert f.fmt_short(57_701_519) == f"57.7{THIN}M"
    assert f.fmt_short(999_900) == f"1.00{THIN}M"
    assert f.fmt_ms(0.7249) == f"0.72{THIN}ms"
    assert f.fmt_ms(12.44) == f"12.4{THIN}ms"
    assert f.fmt_ms(118.3) == f"118{THIN}ms"
    assert f.fmt_seconds(43.844) == f"43.8{THIN}s"
    assert f.fmt_seconds(640) == f"11{THIN}min"
    assert f.fmt_seconds(9000) == f"2.5{THIN}h"
    assert f.fmt_ratio(83.02) == "83\u00d7"
    assert f.fmt_ratio(3.614) == "3.6\u00d7"


@pytest.mark.usefixtures("german")
def test_german() -> None:
    assert f.fmt_percent(0.9042) == f"90,4{THIN}%"
    assert f.fmt_count(57_701_519) == "57.701.519"
    assert f.fmt_short(57_701_519) == f"57,7{THIN}Mio."
    assert f.fmt_bytes(3.19e6) == f"3,19{THIN}MB"
    assert f.fmt_points(-0.0123) == f"\u22121,2{THIN}PP"


def test_signs() -> None:
    assert f.fmt_points(0.012) == f"+1.2{THIN}pp"
    assert f.fmt_points(-0.012) == f"\u22121.2{THIN}pp"
    assert f.fmt_points(-0.0001) == f"0.0{THIN}pp"
    assert f.fmt_points(0.0001) == f"0.0{THIN}pp"


@pytest.mark.parametrize(
    "fmt", [f.fmt_percent, f.fmt_count, f.fmt_bytes, f.fmt_short, f.fmt_ms, f.fmt_seconds, f.fmt_ratio]
)
@pytest.mark.parametrize("unknown", [None, math.nan, math.inf])
def test_unknown_is_a_dash(fmt, unknown: float | None) -> None:
    assert fmt(unknown) == "\u2013"
