"""Exact derivatives of every output with respect to every parameter, by forward sensitivity.

``S_t = dh_t / d theta_f`` obeys ``S_t = df/dh S_{t-1} + df/d theta_f``, so one pass over the
sequence gives the whole Jacobian (real-time recurrent learning, Williams and Zipser, 1989).
"""

from __future__ import annotations

import torch
from torch import Tensor

from mips_verify.train.optimise.ensemble import Architecture, Weights, unpack


def jacobian(
    shape: Architecture, theta: Tensor, u: Tensor, *, from_start: bool = False
) -> tuple[Tensor, Tensor]:
    """Scaled outputs and their derivatives.

    Args:
        shape: sizes of the members.
        theta: ``(members, parameters)``.
        u: encoded inputs ``(batch, length, inputs)``.
        from_start: whether to read the initial state, too, as output 0 of ``length + 1``.

    Returns:
        outputs ``(members, steps, batch, outputs)`` and derivatives
        ``(members, steps, batch, outputs, parameters)``.
    """
    parts = unpack(shape, theta)
    members, n = theta.shape[0], shape.hidden
    batch, length, _ = u.shape
    h = theta.new_zeros(members, batch, n)
    s = theta.new_zeros(members, batch, n, shape.parameters_f)
    trace, sensitivities = ([h], [s]) if from_start else ([], [])
    for t in range(length):
        z = torch.cat([h, u[:, t].expand(members, -1, -1)], dim=2)
        h, to_input, to_weights = _derivatives(parts.f, parts.skip_f, z)
        s = to_weights + to_input[..., :n] @ s
        trace.append(h)
        sensitivities.append(s)
    steps = len(trace)
    states = torch.stack(trace, dim=1).view(members, steps * batch, n)
    y, to_state, to_weights = _derivatives(parts.g, parts.skip_g, states)
    s = torch.stack(sensitivities, dim=1).view(members, steps * batch, n, -1)
    full = torch.cat([to_state @ s, to_weights], dim=3)
    size = (members, steps, batch, shape.outputs)
    return y.view(size), full.view(*size, shape.parameters)


def _derivatives(weights: Weights, skip: Tensor | None, z: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """A perceptron and its Jacobians at ``z (members, n, in)``.

    Returns:
        values ``(members, n, out)``, derivatives by the input ``(members, n, out, in)`` and by the
        parameters ``(members, n, out, parameters)``, layer by layer, the skip last.
    """
    members, n, _ = z.shape
    inputs: list[Tensor] = []
    a = z
    for i, (w, b) in enumerate(weights):
        a = torch.relu(a) if i else a
        inputs.append(a)
        a = torch.baddbmm(b, a, w)
    out = a.shape[2]
    eye = torch.eye(out, dtype=z.dtype).expand(members, n, out, out)
    blocks: list[Tensor] = []
    d = eye
    for i in range(len(weights) - 1, -1, -1):
        outer = inputs[i][:, :, None, :, None] * d[:, :, :, None, :]
        blocks = [outer.flatten(3), d, *blocks]
        d = (d.flatten(1, 2) @ weights[i][0].transpose(1, 2)).view(members, n, out, -1)
        if i:
            d = d * (inputs[i] > 0)[:, :, None]
    if skip is not None:
        a = torch.baddbmm(a, z, skip)
        blocks.append((z[:, :, None, :, None] * eye[:, :, :, None, :]).flatten(3))
        d = d + skip.transpose(1, 2)[:, None]
    return a, d, torch.cat(blocks, dim=3)
