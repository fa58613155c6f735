"""NumPy's names for linear algebra. A list of operations of `unideep.ops`, no definitions."""

from unideep.errors import LinAlgError as LinAlgError
from unideep.ops import (
    EighResult as EighResult,
    EigResult as EigResult,
    QRResult as QRResult,
    SlogdetResult as SlogdetResult,
    SVDResult as SVDResult,
    cholesky as cholesky,
    cond as cond,
    cross as cross,
    det as det,
    eig as eig,
    eigh as eigh,
    eigvals as eigvals,
    eigvalsh as eigvalsh,
    inv as inv,
    lstsq as lstsq,
    matmul as matmul,
    matrix_diagonal as matrix_diagonal,
    matrix_norm as matrix_norm,
    matrix_power as matrix_power,
    matrix_rank as matrix_rank,
    matrix_trace as matrix_trace,
    matrix_transpose as matrix_transpose,
    multi_dot as multi_dot,
    norm as norm,
    outer as outer,
    pinv as pinv,
    qr as qr,
    slogdet as slogdet,
    solve as solve,
    svd as svd,
    svdvals as svdvals,
    tensordot as tensordot,
    tensorinv as tensorinv,
    tensorsolve as tensorsolve,
    vecdot as vecdot,
    vector_norm as vector_norm,
)

# The standard's names: here they mean the last two axes, in `unideep.np` the first two
diagonal = matrix_diagonal
trace = matrix_trace
