"""Remembering what was read or derived: in the server for all its visitors, without a server in the process.

Streamlit's caches work without a server too, but warn of it at every function; a report is written without one.
"""

import copy
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache, wraps
from typing import Any, ParamSpec, TypeVar

import streamlit as st

P = ParamSpec("P")
T = TypeVar("T")


def remembered(*, max_entries: int, shared: bool = False) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Return a decorator by which a function is computed once for each of its arguments.

    An argument whose name begins with an underscore is not part of the key, as in Streamlit's own caches. The others
    must be plain: equal where their ``repr`` is, and only there.

    Args:
        max_entries: how many results are kept.
        shared: whether all callers get one and the same result, which nobody changes, instead of a copy each.
    """

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        signature = inspect.signature(function)
        named: Callable[..., T] = function

        def compute(key: str, _given: dict[str, Any]) -> T:
            return named(**_given)

        # By these Streamlit tells the caches of two functions apart.
        compute.__module__, compute.__qualname__ = function.__module__, function.__qualname__

        @cache
        def of_server() -> Callable[[str, dict[str, Any]], T]:
            keep = st.cache_resource if shared else st.cache_data
            return keep(show_spinner=False, max_entries=max_entries)(compute)

        of_process = _of_process(function, max_entries)

        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> T:
            if st.runtime.exists():
                given = signature.bind(*args, **kwargs).arguments
                # One string: Streamlit goes through every member of a tuple on its own, which takes longer than most
                # of what is remembered.
                return of_server()(repr([one for one in given.items() if not one[0].startswith("_")]), given)
            found = of_process(*args, **kwargs)
            return found if shared else copy.deepcopy(found)

        return call

    return decorate


@dataclass(frozen=True, eq=False)
class _Unkeyed:
    """An argument that is not part of the key: equal to every other."""

    value: Any

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Unkeyed)

    def __hash__(self) -> int:
        return 0


def _of_process(function: Callable[..., T], max_entries: int) -> Callable[..., T]:
    signature = inspect.signature(function)

    @lru_cache(max_entries)
    def compute(**given: Any) -> T:
        return function(**{name: one.value if isinstance(one, _Unkeyed) else one for name, one in given.items()})

    def call(*args: Any, **kwargs: Any) -> T:
        given = signature.bind(*args, **kwargs).arguments
        return compute(**{name: _Unkeyed(one) if name.startswith("_") else one for name, one in given.items()})

    return call
