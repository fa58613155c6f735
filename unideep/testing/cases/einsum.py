"""Einsum."""

from unideep.testing.cases.case import DISCRETE, Case, I, N, rows

CASES = [
    *[
        Case("einsum", (subscripts, *make))
        for subscripts, make in (
            ("ij,jk->ik", (N(2, 3), N(3, 4))),
            ("ij->j", (N(2, 3),)),
            ("ij", (N(2, 3),)),
            ("ba", (N(2, 3),)),
            ("bij,bjk", (N(2, 3, 4), N(2, 4, 2))),
            ("...i,...i->...", (N(2, 3), N(2, 3))),
            ("...i,...i->...", (N(2, 1, 3), N(5, 3))),
            ("i...,i->...", (N(2, 3, 4), N(2))),
            ("ij, jk -> ki", (N(1, 3), N(3, 4))),
            ("ij,ij->ij", (N(1, 3), N(2, 3))),
            ("ii", (N(3, 3),)),
            ("ii->i", (N(3, 3),)),
            ("iij,ji->j", (N(3, 3, 2), N(2, 3))),
            ("...ii->...i", (N(2, 3, 3),)),
            ("i,j,k->ijk", (N(2), N(3), N(4))),
            (",i->i", (N(), N(3))),
            ("bqhd,bkhd->bhqk", (N(2, 3, 2, 4), N(2, 5, 2, 4))),
        )
    ],
    *rows("einsum", "ij,jk", I(9, 2, 3), I(9, 3, 2), **DISCRETE),
    Case("einsum", ("ij,j->i", N(0, 3), N(3))),
    Case("einsum", ("ij,jk,kl->il", N(2, 3), N(3, 4), N(4, 2)), {"optimize": True}),
]
