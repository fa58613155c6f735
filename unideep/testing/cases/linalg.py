"""Linalg."""

from unideep.testing.cases.case import Case, N, attrs, rows

CASES = [
    *rows("matmul", N(3, 4), N(4, 5)),
    *rows("matmul", N(2, 3, 4), N(2, 4, 5)),
    *rows("matmul", N(2, 1, 3, 4), N(5, 4, 2)),
    *rows("matmul dot", N(4), N(4)),
    *rows("matmul dot", N(3, 4), N(4)),
    *rows("matmul", N(4), N(4, 3)),
    *rows("matmul", N(2, 3, 4), N(4)),
    *rows("matmul", N(4), N(2, 4, 3)),
    *rows("dot", N(2, 3), N(3, 4)),
    *rows("dot", N(2, 3), N(4, 3, 2)),
    *attrs("tensordot", (N(2, 3, 4), N(3, 4, 5)), {}, {"axes": ((1,), (0,))}),
    *rows("outer", N(3), N(4)),
    *attrs("batch_dot", (N(2, 3, 4), N(2, 4, 5)), {}),
    *attrs("batch_dot", (N(2, 3, 4), N(2, 5, 4)), {"transpose_b": True}),
    *rows("fully_connected", N(3, 4), N(5, 4), N(5)),
    *rows("fully_connected", N(2, 3, 4), N(5, 4)),
    *[
        Case("einsum", (subscripts, *make))
        for subscripts, make in (
            ("ij,jk->ik", (N(2, 3), N(3, 4))),
            ("ij->j", (N(2, 3),)),
            ("bij,bjk", (N(2, 3, 4), N(2, 4, 2))),
            ("...i,...i->...", (N(2, 3), N(2, 3))),
            ("i,j,k->ijk", (N(2), N(3), N(4))),
            ("bqhd,bkhd->bhqk", (N(2, 3, 2, 4), N(2, 5, 2, 4))),
        )
    ],
]
