"""The address as the one source of what a view shows: study, runs, split, cell and language live in the URL.

What a page does not ask for is remembered for the session, so that a choice survives a change of page; what a page
asks for stands in the address, so that a shared link opens what the sender saw.
"""

import streamlit as st


def read(name: str) -> str | None:
    """Return a parameter of the address, else what this session last chose; None when there is neither."""
    if name in st.query_params:
        return str(st.query_params[name])
    return st.session_state.get(_memory(name))


def write(name: str, value: str | None) -> None:
    """Put a value into address and memory; None removes it from both."""
    if value is None:
        st.session_state.pop(_memory(name), None)
        if name in st.query_params:
            del st.query_params[name]
        return
    st.session_state[_memory(name)] = value
    # Writing what already stands there would push a needless entry into the browser's history.
    if st.query_params.get(name) != value:
        st.query_params[name] = value


def _memory(name: str) -> str:
    return f"address.{name}"
