"""Every operation of this backend, by name."""

from unideep_numpy.ops import (
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
    reduction,
    searching,
    shape,
    sorting,
)

OPS = {
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
    **attention.OPS,
    **fft.OPS,
    **convolution.OPS,
}
