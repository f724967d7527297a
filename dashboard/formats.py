"""Numbers as people read them: units always there, the decimal sign of the language, a dash for what is unknown."""

import math

from dashboard.text import language

UNKNOWN = "\u2013"  # an en dash
_NARROW = "\u202f"  # a narrow no-break space keeps number and unit together

Number = float | int | None


def fmt_number(value: Number, digits: int = 2) -> str:
    """Return a number with a fixed count of decimals and grouped thousands: 1,234.50 or 1.234,50."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    text = f"{value:,.{digits}f}"
    # A value that rounds to zero has no sign.
    if text.startswith("-") and not text.strip("-0.,"):
        text = text[1:]
    text = text.replace("-", "\u2212")
    return text.translate(str.maketrans(",.", ".,")) if language() == "de" else text


def fmt_percent(value: Number, digits: int = 1) -> str:
    """Return a share of 0..1 in percent: 90.4 % or 90,4 %."""
    return _with_unit(None if value is None else value * 100, digits, "%")


def fmt_points(value: Number, digits: int = 1) -> str:
    """Return a difference of shares in percentage points, with its sign: +1.2 pp."""
    text = fmt_signed(None if value is None else value * 100, digits)
    return text if text == UNKNOWN else f"{text}{_NARROW}{'pp' if language() == 'en' else 'PP'}"


def fmt_signed(value: Number, digits: int = 1) -> str:
    """Return a number with its sign, as a difference is written: +1.2, \u22121.2, 0.0."""
    text = fmt_number(value, digits)
    return f"+{text}" if value is not None and math.isfinite(value) and round(value, digits) > 0 else text


def fmt_count(value: Number) -> str:
    """Return a whole number with grouped thousands: 675,343 or 675.343."""
    return fmt_number(value, 0)


def fmt_short(value: Number) -> str:
    """Return a large count in three digits: 57.7 M, 675 k."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    for limit, name in (
        (1e9, {"en": "B", "de": "Mrd."}),
        (1e6, {"en": "M", "de": "Mio."}),
        (1e3, {"en": "k", "de": "Tsd."}),
    ):
        if abs(value) >= limit * 0.9995:
            return _with_unit(value / limit, _digits(value / limit), name[language()])
    return fmt_number(value, 0)


def fmt_bytes(value: Number) -> str:
    """Return a size in decimal units, as drives are sold: 1 MB is 1,000,000 bytes; three digits."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    for limit, name in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if abs(value) >= limit * 0.9995:
            return _with_unit(value / limit, _digits(value / limit), name)
    return _with_unit(value, 0, "B")


def fmt_ms(value: Number) -> str:
    """Return milliseconds in three digits: 0.72 ms, 12.4 ms, 118 ms."""
    return _with_unit(value, 0 if value is None or not math.isfinite(value) else _digits(value), "ms")


def fmt_seconds(value: Number) -> str:
    """Return seconds: 43.8 s; from two minutes on, minutes; from two hours on, hours."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    if value >= 7200:
        return _with_unit(value / 3600, 1, "h")
    if value >= 120:
        return _with_unit(value / 60, 0, "min")
    return _with_unit(value, _digits(value), "s")


def fmt_ratio(value: Number) -> str:
    """Return a factor with the multiplication sign: 83 or 3.6 times."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    return f"{fmt_number(value, 0 if value >= 10 else 1)}\u00d7"


def _digits(value: float) -> int:
    """Return the decimals that make three significant digits."""
    size = abs(value)
    return 0 if size >= 99.95 else 1 if size >= 9.995 else 2


def _with_unit(value: Number, digits: int, unit: str) -> str:
    text = fmt_number(value, digits)
    return text if text == UNKNOWN else f"{text}{_NARROW}{unit}"
