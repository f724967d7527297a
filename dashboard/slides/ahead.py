"""Making the other slides while the audience looks at one, so that what they take to compute is there already."""

import logging
import threading

import streamlit as st
from streamlit.runtime.scriptrunner import add_script_run_ctx, get_script_run_ctx

from dashboard import context
from dashboard.slides import TALK
from dashboard.slides.scene import MissingError, Scene

# The name of the thread.
AHEAD = "slides ahead"
_DONE = "slides.ahead"
_log = logging.getLogger(__name__)


def look_ahead(scene: Scene) -> None:
    """Make all slides beside the page, once for a session and what the study holds; their figures are remembered."""
    known = (scene, context.study_stamp(scene.study))
    if st.session_state.get(_DONE) == known:
        return
    st.session_state[_DONE] = known
    thread = threading.Thread(target=_make_all, args=(scene,), name=AHEAD, daemon=True)
    add_script_run_ctx(thread, get_script_run_ctx())
    thread.start()


def _make_all(scene: Scene) -> None:
    for point in TALK:
        try:
            point.make(scene)
        except MissingError:
            continue
        except Exception:
            # Whoever comes to this slide meets the same, and reads a sentence.
            _log.debug("a slide could not be made ahead", exc_info=True)
