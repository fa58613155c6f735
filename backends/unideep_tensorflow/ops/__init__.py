"""Every operation of this backend, by name."""

from unideep_tensorflow.ops import (
    activation,
    comparison,
    convolution,
    creation,
    decomposition,
    einsum,
    elementwise,
    equations,
    indexing,
    joining,
    linalg,
    loss,
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
    **decomposition.OPS,
    **equations.OPS,
    **activation.OPS,
    **convolution.OPS,
    **pooling.OPS,
    **loss.OPS,
    **random.OPS,
}
