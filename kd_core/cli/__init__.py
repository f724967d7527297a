"""The command line: thin commands over the stages; TensorFlow is loaded by those alone that train or convert."""

import sys
from typing import NoReturn

import typer
from rich.console import Console
from rich.markup import escape

from kd_core.cli import judging, making, measuring, photos
from kd_core.errors import KdError

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
data = typer.Typer(no_args_is_help=True, help="The photos: fetch, index, show.")
app.add_typer(data, name="data")

# In the order in which the help lists them.
app.command()(making.run)
app.command()(making.status)
app.command()(judging.evaluate)
app.command()(judging.calibrate)
app.command()(judging.scores)
app.command()(judging.verdict)
app.command()(measuring.benchmark)
app.command()(judging.check)
app.command()(measuring.robustness)
app.command()(making.compress)
app.command()(judging.report)
app.command()(making.published)
data.command()(photos.fetch)
data.command()(photos.index)
data.command()(photos.show)
data.command()(photos.suspects)


def main() -> NoReturn:
    """Run the command line; an error that a person can mend is a sentence and exit code 1."""
    try:
        app(standalone_mode=True)
    except KdError as error:
        Console(stderr=True).print(f"[red]{escape(str(error))}[/]", highlight=False, soft_wrap=True)
        sys.exit(1)
    except KeyboardInterrupt:
        Console(stderr=True).print("Stopped; the same command goes on from here.")
        sys.exit(130)
    sys.exit(0)
