"""``python -m kd_core``."""

from kd_core.cli import main

if __name__ == "__main__":
    main()
