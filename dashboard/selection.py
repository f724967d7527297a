"""The choices of a view: study, runs, split, language. Each lives in the address and survives a change of page.

The address is the source and the widget follows: before a widget is drawn it is given what the address says, and a
click writes the address first. What the address names and the artifacts do not have falls back, with a notice.
"""

from collections.abc import Callable, Sequence

import streamlit as st

from dashboard import address, context
from dashboard.components.notices import show_missing, show_problems
from dashboard.names import run_label, split_name, study_name
from dashboard.text import DEFAULT, LANGUAGES, t
from kd_core.artifacts import RunRecord

SPLITS = ("test", "val")
# Three stand side by side on a laptop, and one fills a phone.
BOX_WIDTH = 280
PREFERRED = ("showcase", "paper", "smoke", "published")

# What in the address means nothing in another study.
_OF_A_STUDY = ("run", "other", "runs", "cell", "student", "class", "picture", "machine")

Keep = Callable[[RunRecord], bool]


def pick_language() -> str:
    """Draw the language selector; return the chosen language and make it the session's."""
    chosen = address.read("lang")
    language = chosen if chosen in LANGUAGES else DEFAULT
    st.session_state["language"] = language
    return _segments("lang", t("shell.language"), list(LANGUAGES), language, LANGUAGES.__getitem__)


def pick_study(*, key: str = "study") -> str | None:
    """Draw the study selector; return the study, or None (with a plain note) when there are no artifacts at all."""
    options = context.studies()
    if not options:
        show_missing(t("shell.no_studies", folder=str(context.store().root)))
        return None
    preferred = [name for name in PREFERRED if name in options] or options
    value = _resolve(key, options, preferred[0])
    return _box(key, t("shell.study"), options, value, study_name, forget=_OF_A_STUDY)


def pick_run(
    study: str, *, name: str = "run", label: str | None = None, keep: Keep | None = None, default: str | None = None
) -> RunRecord | None:
    """Draw the selector of one run; return its record, or None (with a plain note) when the study has none to offer.

    Args:
        study: the study whose runs are offered.
        name: the parameter in the address: "run", or another for a second selector on the same page.
        label: what stands over the selector; "Run" without it.
        keep: which runs are offered; all without it.
        default: the run that is chosen when the address names none.
    """
    records = _offered(study, keep)
    if not records:
        show_missing(t("shell.no_runs", study=study_name(study)))
        return None
    by_name = {r.run: r for r in records}
    value = _resolve(name, list(by_name), default if default in by_name else records[0].run)
    picked = _box(name, label or t("shell.run"), list(by_name), value, lambda run: run_label(by_name[run]))
    return by_name[picked]


def pick_runs(
    study: str,
    *,
    name: str = "runs",
    label: str | None = None,
    keep: Keep | None = None,
    default: Sequence[str] | None = None,
) -> list[RunRecord]:
    """Draw the selector of several runs; return their records in the study's order, all of them by default."""
    records = _offered(study, keep)
    if not records:
        show_missing(t("shell.no_runs", study=study_name(study)))
        return []
    by_name = {r.run: r for r in records}
    wanted = address.read(name)
    asked = [part for part in wanted.split(",") if part] if wanted is not None else list(default or by_name)
    value = [run for run in asked if run in by_name]
    if wanted is not None and len(value) < len(asked):
        unknown = next(run for run in asked if run not in by_name)
        show_missing(t("shell.bad_address", name=name, value=unknown))
        value = value or list(by_name)
    widget = _key(name)
    st.session_state[widget] = value
    labels = {run: run_label(record) for run, record in by_name.items()}
    st.multiselect(
        label or t("shell.runs"),
        list(by_name),
        key=widget,
        format_func=labels.__getitem__,
        placeholder=t("shell.choose"),
        on_change=_store_list,
        args=(name, widget),
    )
    address.write(name, ",".join(value))
    return [by_name[run] for run in by_name if run in value]


def pick_split(*, splits: Sequence[str] = SPLITS) -> str:
    """Draw the selector of the evaluated split; return "test" (the default) or "val"."""
    value = _resolve("split", list(splits), splits[0])
    return _segments("split", t("shell.split"), list(splits), value, split_name)


def pick_option(
    name: str, label: str, options: Sequence[str], *, default: str | None = None, label_of: Callable[[str], str] = str
) -> str:
    """Draw a segmented control over ``options`` that lives in the address under ``name``; return the choice."""
    value = _resolve(name, list(options), default or options[0])
    return _segments(name, label, list(options), value, label_of)


def pick_from(
    name: str,
    label: str,
    options: Sequence[str],
    *,
    default: str | None = None,
    label_of: Callable[[str], str] = str,
    forget: Sequence[str] = (),
) -> str:
    """Draw a list of many ``options`` that lives in the address under ``name``; return the choice.

    A click removes the parameters in ``forget`` from the address: choices that hang on this one.
    """
    fallback = default if default is not None and default in options else options[0]
    return _box(name, label, options, _resolve(name, list(options), fallback), label_of, forget=forget)


def pick_number(
    name: str, label: str, low: float, high: float, step: float, *, default: float, help_text: str
) -> float:
    """Draw a slider that lives in the address under ``name``; return its value, ``default`` where none is asked for."""
    wanted = address.read(name)
    try:
        asked = default if wanted is None else float(wanted)
    except ValueError:
        asked = default
    # Onto a step of the slider, and clear of what binary fractions leave behind.
    value = round(low + step * round((min(max(asked, low), high) - low) / step), 6)
    widget = _key(name)
    st.session_state[widget] = value
    decimals = len(f"{step:g}".partition(".")[2])
    st.slider(
        label,
        low,
        high,
        step=step,
        format=f"%.{decimals}f",
        key=widget,
        help=help_text,
        on_change=_store_number,
        args=(name, widget),
    )
    address.write(name, f"{value:g}")
    return value


def pick_several(
    name: str,
    label: str,
    options: Sequence[str],
    *,
    default: Sequence[str] = (),
    label_of: Callable[[str], str] = str,
) -> list[str]:
    """Draw buttons over ``options`` of which any may be on; return the choices in their order, never none.

    Without a choice it is ``default``, as far as it is offered, and else all.
    """
    asked = (address.read(name) or "").split(",")
    wanted = asked if set(asked) & set(options) else default
    value = [option for option in options if option in wanted] or list(options)
    widget = _key(name)
    st.session_state[widget] = value
    labels = {option: label_of(option) for option in options}
    st.pills(
        label,
        list(options),
        selection_mode="multi",
        key=widget,
        format_func=labels.__getitem__,
        wrap=True,
        on_change=_store_list,
        args=(name, widget),
    )
    address.write(name, ",".join(value))
    return value


def pick_flag(name: str, label: str, *, default: bool = False, help_text: str | None = None) -> bool:
    """Draw a switch that lives in the address as ``name=1`` or ``name=0``; return whether it is on."""
    value = _resolve(name, ["0", "1"], "1" if default else "0") == "1"
    widget = _key(name)
    st.session_state[widget] = value
    st.toggle(label, key=widget, help=help_text, on_change=_store_flag, args=(name, widget))
    address.write(name, "1" if value else "0")
    return value


def _offered(study: str, keep: Keep | None) -> list[RunRecord]:
    records, problems = context.runs(study)
    show_problems(problems)
    return [r for r in records if keep is None or keep(r)]


def _resolve(name: str, options: Sequence[str], default: str) -> str:
    wanted = address.read(name)
    if wanted is None or wanted in options:
        return default if wanted is None else wanted
    show_missing(t("shell.bad_address", name=name, value=wanted))
    return default


def _box(
    name: str,
    label: str,
    options: Sequence[str],
    value: str,
    label_of: Callable[[str], str],
    *,
    forget: Sequence[str] = (),
) -> str:
    widget = _key(name)
    st.session_state[widget] = value
    labels = {option: label_of(option) for option in options}
    st.selectbox(
        label,
        options,
        key=widget,
        format_func=labels.__getitem__,
        on_change=_store,
        args=(name, widget, forget),
        width=BOX_WIDTH,
    )
    address.write(name, value)
    return value


def _segments(name: str, label: str, options: Sequence[str], value: str, label_of: Callable[[str], str]) -> str:
    widget = _key(name)
    st.session_state[widget] = value
    labels = {option: label_of(option) for option in options}
    st.segmented_control(
        label,
        options,
        key=widget,
        format_func=labels.__getitem__,
        required=True,
        wrap=True,
        on_change=_store,
        args=(name, widget),
    )
    address.write(name, value)
    return value


def _store(name: str, widget: str, forget: Sequence[str] = ()) -> None:
    for other in forget:
        # The runs of one study mean nothing in another.
        address.write(other, None)
    address.write(name, st.session_state[widget])


def _store_list(name: str, widget: str) -> None:
    address.write(name, ",".join(st.session_state[widget]))


def _store_flag(name: str, widget: str) -> None:
    address.write(name, "1" if st.session_state[widget] else "0")


def _store_number(name: str, widget: str) -> None:
    address.write(name, f"{st.session_state[widget]:g}")


def _key(name: str) -> str:
    return f"pick.{name}"
