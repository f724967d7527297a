#!/bin/sh
# Provide a browser for the browser tests where that can be done: Debian's chromium as root, else Playwright's own.
# Never fails: without a browser the suite says itself that the browser tests were left out.
has_browser() { .venv/bin/python tests/browser/driver.py >/dev/null 2>&1; }

has_browser && exit 0
echo "Installing a browser for the browser tests"
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq && apt-get install -qq -y --no-install-recommends chromium fonts-dejavu-core >/dev/null
    has_browser && exit 0
fi
.venv/bin/python -m playwright install chromium || echo "No browser could be installed."
exit 0
