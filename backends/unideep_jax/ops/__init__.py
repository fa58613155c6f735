"""Every operation of this backend, by name."""

from unideep_jax.ops import (
    activation,
    comparison,
    convolution,
    creation,
    einsum,
    elementwise,
    indexing,
    joining,
    linalg,
    loss,
    normalization,
    pooling,
    random,
    reduction,
    shape,
)

OPS = {
    **creation.OPS,
    **elementwise.OPS,
    **comparison.OPS,
    **reduction.OPS,
    **shape.OPS,
    **joining.OPS,
    **indexing.OPS,
    **linalg.OPS,
    **einsum.OPS,
    **activation.OPS,
    **convolution.OPS,
    **pooling.OPS,
    **normalization.OPS,
    **loss.OPS,
    **random.OPS,
}
