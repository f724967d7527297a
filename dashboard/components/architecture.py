"""One network as a diagram: its blocks from the picture to the answer, with what each is, gives and takes."""

import streamlit as st

from dashboard import context
from dashboard.charts.architecture import BlockCard, architecture_figure
from dashboard.components.chart import is_dark, show_figure
from dashboard.exhibit import Exhibit
from dashboard.formats import UNKNOWN, fmt_count, fmt_percent, fmt_short
from dashboard.names import in_figure, run_label, study_name
from dashboard.palette import run_styles
from dashboard.tables.architecture import Block, blocks, blocks_frame, shape_text
from dashboard.tables.block_kinds import ACTIVATIONS, NORMALISATION, kernel_of, kind_of
from dashboard.text import t
from kd_core.artifacts import RunRecord

KEY = "models.architecture"
# More would not fit on a small screen; the table of layers has them all.
_LISTED = 14
# Kinds that a single kernel says more of, and those whose kernel is the depthwise convolution's.
_WITH_KERNEL, _WITH_DEPTHWISE = ("convolution", "depthwise"), ("inverted", "expanded", "separable")


def show_architecture(record: RunRecord) -> None:
    """Draw the diagram; nothing when the layers cannot be read, which ``show_bars`` says."""
    found = architecture(record, dark=is_dark())
    if found is not None:
        st.header(t("models.architecture_title"), anchor=False)
        show_figure(found.figure, found.caption, found.table, KEY, width=found.figure.layout.width)


def architecture(record: RunRecord, *, dark: bool) -> Exhibit | None:
    """Return the diagram, whose figure has a width of its own; None where the layers cannot be read.

    Args:
        record: the run.
        dark: whether the page is.
    """
    layers, _ = context.layers(record.study, record.run)
    if layers is None or layers.empty:
        return None
    found = blocks(layers)
    parameters, macs = (sum(getattr(block, name) for block in found) for name in ("parameters", "macs"))
    cards = [
        BlockCard(
            name=_title(block),
            size=shape_text(block.shape),
            lines=_lines(block),
            shape=block.shape,
            repeated=block.repeats > 1,
            shortcut=block.shortcut != "none",
            note=_note(block, parameters, macs),
        )
        for block in found
    ]
    colour = run_styles(context.runs(record.study)[0], dark)[record.run].colour
    caption = t(
        "models.architecture_caption",
        study=study_name(record.study),
        run=run_label(record),
        blocks=fmt_count(sum(block.repeats for block in found)),
        layers=fmt_count(len(layers)),
    )
    return Exhibit(architecture_figure(cards, colour=colour, dark=dark), caption, blocks_frame(found, kind_of))


def _title(block: Block) -> str:
    return f"{block.name} ×{block.repeats}" if block.repeats > 1 else block.name


def _lines(block: Block) -> tuple[str, ...]:
    """Return what stands below a block's name: what it is, how it is built, and what it takes."""
    lines = (_what(block), " · ".join(_details(block)), _counts(block))
    return tuple(line for line in lines if line)


def _what(block: Block) -> str:
    kind = kind_of(block)
    name = t(f"models.kind.{kind}", type=block.once[0].type, count=fmt_count(len(block.once)))
    return f"{name} {_kernel(block)}".strip() if kind in _WITH_KERNEL else name


def _details(block: Block) -> list[str]:
    kind, types = kind_of(block), [layer.type for layer in block.once]
    details = []
    if kind in _WITH_DEPTHWISE and (kernel := _kernel(block)):
        details.append(t("models.depthwise_kernel", kernel=kernel))
    if kind == "residual":
        details.append(t("models.convolutions", count=fmt_count(sum(layer.type == "Conv2D" for layer in block.main))))
    if block.shortcut != "none":
        details.append(t(f"models.shortcut.{block.shortcut}"))
    if kind in _WITH_KERNEL:
        details += [t("models.with_normalisation")] * (NORMALISATION in types)
        details += [name for name in types if name in ACTIVATIONS]
    return details


def _kernel(block: Block) -> str:
    kernel = kernel_of(block)
    if kernel is None:
        return ""
    size = shape_text((kernel.side, kernel.side))
    strided = kernel.stride is not None and kernel.stride > 1
    return t("models.strided", kernel=size, stride=fmt_count(kernel.stride)) if strided else size


def _counts(block: Block) -> str:
    counts = []
    if block.parameters:
        counts.append(t("models.block_parameters", count=fmt_short(block.parameters)))
    if block.macs:
        counts.append(t("models.block_macs", count=fmt_short(block.macs)))
    return " · ".join(counts)


def _note(block: Block, parameters: int, macs: int) -> str:
    """Return the hover: the counts in full with their share of the network's, and the layers, of one repeat."""
    listed = [
        t(
            "models.note_layer",
            name=in_figure(layer.name),
            type=in_figure(layer.type),
            shape=shape_text(layer.shape),
            count=fmt_count(layer.parameters),
        )
        for layer in block.once[:_LISTED]
    ]
    more = [t("models.note_more", count=fmt_count(len(block.once) - _LISTED))] * (len(block.once) > _LISTED)
    head = t(
        "models.note_block",
        block=in_figure(_title(block)),
        what=in_figure(_what(block)),
        before=shape_text(block.before) or UNKNOWN,
        after=shape_text(block.shape),
        parameters=fmt_count(block.parameters),
        parameters_share=fmt_percent(block.parameters / parameters if parameters else None),
        macs=fmt_count(block.macs),
        macs_share=fmt_percent(block.macs / macs if macs else None),
    )
    return "<br>".join([head, *listed, *more])
