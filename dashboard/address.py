"""The address as the one source of what a view shows: study, runs, split, cell and language live in the URL.

What a page does not ask for is remembered for the session, so that a choice survives a change of page; what a page
asks for stands in the address, so that a shared link opens what the sender saw.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import streamlit as st

_WAITING = "address.waiting"
_collecting: ContextVar[bool] = ContextVar("an entry of the history is being collected", default=False)


@contextmanager
def one_entry() -> Iterator[None]:
    """Put everything that is written until the end of this block into the address as one step of the history.

    For a page as a whole and for the body of a fragment, which runs again without the page around it. Every change of
    the address is a step that a person has to go back over, so that a page must not make one for each parameter.
    """
    if _collecting.get():
        yield
        return
    token = _collecting.set(True)
    try:
        yield
    finally:
        _collecting.reset(token)
        send()


def send() -> None:
    """Put what was written so far into the address now: for what must stand there before a page has been drawn."""
    before = st.query_params.to_dict()
    after = {name: value for name, value in (before | _waiting()).items() if value is not None}
    _waiting().clear()
    if after != before:
        st.query_params.from_dict(after)


def read(name: str) -> str | None:
    """Return a parameter of the address, else what this session last chose; None when there is neither."""
    if name in _waiting():
        return _waiting()[name]
    if name in st.query_params:
        return str(st.query_params[name])
    return remembered(name)


def remembered(name: str) -> str | None:
    """Return what this session last chose, on whichever page; None when it has not."""
    return st.session_state.get(_memory(name))


def write(name: str, value: str | None) -> None:
    """Put a value into memory, and into the address with the next entry; None removes it from both."""
    if value is None:
        st.session_state.pop(_memory(name), None)
    else:
        st.session_state[_memory(name)] = value
    _waiting()[name] = value


def _waiting() -> dict[str, str | None]:
    # In the session: what a click writes, before its page runs, belongs to the entry of that run.
    waiting: dict[str, str | None] = st.session_state.setdefault(_WAITING, {})
    return waiting


def _memory(name: str) -> str:
    return f"address.{name}"
