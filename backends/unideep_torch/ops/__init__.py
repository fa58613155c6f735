"""Every operation of this backend, by name."""

from unideep_torch.ops import (
    activation,
    attention,
    comparison,
    convolution,
    creation,
    decomposition,
    einsum,
    elementwise,
    equations,
    fft,
    indexing,
    joining,
    linalg,
    loss,
    normalization,
    pooling,
    recurrent,
    reduction,
    searching,
    shape,
    sorting,
    update,
)
from unideep_torch.unsigned import completed

_FAMILIES = {
    **creation.OPS,
    **elementwise.OPS,
    **comparison.OPS,
    **reduction.OPS,
    **searching.OPS,
    **sorting.OPS,
    **shape.OPS,
    **joining.OPS,
    **indexing.OPS,
    **linalg.OPS,
    **einsum.OPS,
    **decomposition.OPS,
    **equations.OPS,
    **fft.OPS,
    **activation.OPS,
    **attention.OPS,
    **convolution.OPS,
    **pooling.OPS,
    **recurrent.OPS,
    **normalization.OPS,
    **loss.OPS,
    **update.OPS,
}

OPS = completed(_FAMILIES)
