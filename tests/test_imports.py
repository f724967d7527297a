"""What the dashboard loads before it is asked for anything: the start of its server waits for it."""

import subprocess
import sys

# Scipy loads its parts when they are first used: `import scipy`, not `from scipy.stats import`, keeps that.
SLOW = ("scipy.stats", "scipy.optimize", "sklearn", "tensorflow", "plotly.express")
SCRIPT = f"""
import sys
import dashboard.derived, dashboard.components.verdict_words, dashboard.components.duel, dashboard.components.findings
print([name for name in {SLOW} if name in sys.modules])
"""


def test_the_first_page_does_not_wait_for_libraries_that_it_may_not_need() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.strip() == "[]"
