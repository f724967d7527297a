"""Batch normalisation without a convolution before it, taken into the layers that read it.

A trained normalisation is ``scale * x + shift`` for each channel. Behind a convolution tfmot and the TFLite converter
merge it into that convolution; anywhere else quantization-aware training does not know it, and the converter makes two
operations of it, each with a rounding of its own. Jacob et al. 2018 fold backward; this folds forward, exactly.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from kd_core.backend import keras
from kd_core.compression.errors import CompressionError

_LAYERS = keras.layers
# What tfmot and the converter merge a following normalisation into.
_MERGING = (_LAYERS.Conv2D, _LAYERS.DepthwiseConv2D, _LAYERS.Dense)
_MAXIMA = (_LAYERS.MaxPooling2D, _LAYERS.GlobalMaxPooling2D)
# Means and rearrangements give the same before and after a scale and a shift of each channel. Dropout does when
# predicting, which is what a trained network is folded for.
_COMMUTING = (_LAYERS.AveragePooling2D, _LAYERS.GlobalAveragePooling2D, _LAYERS.Flatten, _LAYERS.Dropout)


def fold_batch_norms(network: keras.Model, *, keep_kernels: bool = False) -> keras.Model:
    """Return a network with the same answers to 1e-5, in which every batch normalisation follows a convolution.

    One that directly follows a convolution or a linear dense layer, as its only reader, stays. Any other is folded
    into all that read it, through pooling, flattening and dropout: dense layers, and convolutions that add no padding
    (the shift would have to be in the padding too). The layer "features" is never crossed, since its values are an
    output. What cannot be folded becomes an equal 1x1 depthwise convolution of the same name. Before a maximum, which
    a negative scale makes a minimum, the signs alone stay in such a convolution.

    Args:
        network: flat and functional, channels last, each layer called once; trained, since its moving statistics
            count. A normalisation that is folded does not learn any more.
        keep_kernels: whether kernels stay as they are, since folding a scale into a clustered kernel would give every
            input channel values of its own; then all become depthwise convolutions.

    Returns:
        A new network with weights of its own, of the same name, input shape, layer names, ``trainable`` flags and
        precision policy.

    Raises:
        CompressionError: if a normalisation can neither be folded nor, since its tensor is no map [batch, h, w, c],
            become a convolution.
    """
    graph = _Graph(network)
    plan = _plan(graph, keep_kernels)
    if plan.removed or plan.replaced:
        classes = {type(layer).__name__: type(layer) for layer in network.layers}
        folded = keras.Model.from_config(_rewired(graph, plan), custom_objects=classes)
    else:
        folded = keras.models.clone_model(network)
    for layer in folded.layers:
        layer.set_weights(plan.weights.get(layer.name, network.get_layer(layer.name).get_weights()))
    return folded


class _Graph:
    """Who reads whom, by name, from the network's own configuration: its layers may be part of other networks too."""

    def __init__(self, network: keras.Model) -> None:
        self.network = network
        self.config = network.get_config()
        self.sources = {
            entry["config"]["name"]: list(_names(entry["inbound_nodes"])) for entry in self.config["layers"]
        }
        self.outputs = {name for name, *_ in self.config["output_layers"]}

    def readers(self, name: str) -> list[keras.layers.Layer]:
        return [self.network.get_layer(reader) for reader, sources in self.sources.items() if name in sources]


@dataclass
class _Plan:
    """What changes, by the names of layers: ``weights`` are the new ones."""

    removed: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    biased: list[str] = field(default_factory=list)
    weights: dict[str, list[np.ndarray]] = field(default_factory=dict)


def _plan(graph: _Graph, keep_kernels: bool) -> _Plan:
    plan = _Plan()
    for layer in graph.network.layers:
        if not isinstance(layer, _LAYERS.BatchNormalization) or _merges(layer, graph):
            continue
        scale, shift = _affine(layer)
        rising = bool((scale >= 0).all())
        readers = [] if keep_kernels else _takers(layer, graph, rising)
        if readers:
            plan.removed.append(layer.name)
        elif layer.input_spec.ndim != 4:
            raise CompressionError(
                f"The batch normalisation {layer.name} of {graph.network.name} cannot be folded: it follows no "
                "convolution, and not all that reads it is a dense layer whose kernel may change."
            )
        else:
            plan.replaced.append(layer.name)
            readers = [] if keep_kernels or rising else _takers(layer, graph, maxima=True)
            sign = np.sign(scale)
            plan.weights[layer.name] = (
                _depthwise_weights(sign, 0 * shift) if readers else _depthwise_weights(scale, shift)
            )
            scale = np.abs(scale)
        for reader in readers:
            plan.biased.append(reader.name)
            plan.weights[reader.name] = _folded_weights(reader, scale, shift)
    return plan


def _merges(layer: keras.layers.Layer, graph: _Graph) -> bool:
    source = graph.network.get_layer(graph.sources[layer.name][0])
    linear = isinstance(source, _MERGING) and source.activation is keras.activations.linear
    return linear and len(graph.readers(source.name)) == 1


def _affine(layer: keras.layers.BatchNormalization) -> tuple[np.ndarray, np.ndarray]:
    """Return scale and shift of each channel, float64 [channels]."""
    mean, variance = (np.asarray(value, np.float64) for value in (layer.moving_mean, layer.moving_variance))
    gamma = np.asarray(layer.gamma, np.float64) if layer.scale else np.ones_like(mean)
    beta = np.asarray(layer.beta, np.float64) if layer.center else np.zeros_like(mean)
    scale = gamma / np.sqrt(variance + layer.epsilon)
    return scale, beta - mean * scale


def _takers(layer: keras.layers.Layer, graph: _Graph, maxima: bool) -> list[keras.layers.Layer]:
    """Return the layers that a normalisation can be folded into together; none if one of its readers takes nothing."""
    if layer.name == "features" or layer.name in graph.outputs:
        return []
    found: list[keras.layers.Layer] = []
    for reader in graph.readers(layer.name):
        if _takes(reader):
            found.append(reader)
        elif _commutes(reader, maxima) and (beyond := _takers(reader, graph, maxima)):
            found.extend(beyond)
        else:
            return []
    return found


def _takes(layer: keras.layers.Layer) -> bool:
    if type(layer) is _LAYERS.Dense:
        return True
    convolution = type(layer) in (_LAYERS.Conv2D, _LAYERS.DepthwiseConv2D)
    return convolution and layer.groups == 1 and (layer.padding == "valid" or layer.kernel_size == (1, 1))


def _commutes(layer: keras.layers.Layer, maxima: bool) -> bool:
    if isinstance(layer, _MAXIMA):
        return maxima
    return isinstance(layer, _COMMUTING) and getattr(layer, "padding", "valid") == "valid"


def _depthwise_weights(scale: np.ndarray, shift: np.ndarray) -> list[np.ndarray]:
    return [scale[np.newaxis, np.newaxis, :, np.newaxis], shift]


def _folded_weights(layer: keras.layers.Layer, scale: np.ndarray, shift: np.ndarray) -> list[np.ndarray]:
    """Return kernel and bias with which a layer makes of ``x`` what it made of ``scale * x + shift``."""
    kernel, *bias = (np.asarray(weight, np.float64) for weight in layer.get_weights())
    # The input's channels are the last axis but one of every kernel; behind Flatten they repeat with each position.
    repeats = kernel.shape[-2] // len(scale)
    scale, shift = (np.tile(values, repeats)[:, np.newaxis] for values in (scale, shift))
    added = (kernel * shift).reshape(-1, *kernel.shape[-2:]).sum(axis=0)
    # A depthwise kernel keeps the channels apart, and its output has them one after the other.
    added = added.reshape(-1) if isinstance(layer, _LAYERS.DepthwiseConv2D) else added.sum(axis=0)
    return [kernel * scale, sum(bias, start=added)]


def _rewired(graph: _Graph, plan: _Plan) -> dict[str, Any]:
    """Return the network's configuration with the plan carried out."""
    instead = {name: graph.sources[name][0] for name in plan.removed}
    kept = []
    for entry in graph.config["layers"]:
        name = entry["config"]["name"]
        if name in plan.removed:
            continue
        if name in plan.biased:
            entry["config"]["use_bias"] = True
        if name in plan.replaced:
            entry.update(_stand_in(entry["config"]))
        entry["inbound_nodes"] = _renamed(entry["inbound_nodes"], instead)
        kept.append(entry)
    return graph.config | {"layers": kept}


def _stand_in(config: dict[str, Any]) -> dict[str, Any]:
    """Return class and configuration of the convolution that stands in a normalisation's place."""
    convolution = _LAYERS.DepthwiseConv2D(1, **{key: config[key] for key in ("name", "trainable", "dtype")})
    return {"class_name": "DepthwiseConv2D", "config": convolution.get_config()}


def _names(nodes: Any) -> Iterator[str]:
    """Yield the names of layers in inbound nodes, which are nested lists of [name, node, tensor, arguments]."""
    if isinstance(nodes, list) and len(nodes) in (3, 4) and isinstance(nodes[0], str):
        yield nodes[0]
        nodes = nodes[3:]
    for node in nodes.values() if isinstance(nodes, dict) else nodes if isinstance(nodes, list) else ():
        yield from _names(node)


def _renamed(nodes: Any, instead: dict[str, str]) -> Any:
    """Return inbound nodes that name the source of a removed layer in its place."""
    if isinstance(nodes, list):
        return [_renamed(node, instead) for node in nodes]
    if isinstance(nodes, dict):
        return {key: _renamed(node, instead) for key, node in nodes.items()}
    return instead.get(nodes, nodes) if isinstance(nodes, str) else nodes
