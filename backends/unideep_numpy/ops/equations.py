"""Linear equations."""

import numpy as np

OPS = {
    "solve_matrix": np.linalg.solve,
    "inv": np.linalg.inv,
    "pseudo_inverse": lambda x, rtol: np.linalg.pinv(x, rtol=rtol),
    "det": np.linalg.det,
    "sign_and_log": lambda x: tuple(np.linalg.slogdet(x)),
}
