"""Every operation of this backend, by name."""

from unideep_torch.ops import (
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
    reduction,
    shape,
    update,
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
    **update.OPS,
}
