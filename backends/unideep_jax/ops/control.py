"""Loops as one operation of a trace."""

from jax import lax


def scan(carry, rows, rest, *, step, length):
    """The last carry and the outputs of all iterations, of which JAX traces one."""
    carry, outputs = lax.scan(
        lambda carry, row: step.on_raws(carry, row, rest), carry, rows, length=length
    )
    return (*carry, *outputs)


OPS = {"scan": scan}
