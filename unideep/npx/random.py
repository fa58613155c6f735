"""`npx.random`: what Gluon has beyond `np.random`. A list, no definitions."""

from unideep.random import (
    bernoulli as bernoulli,
    categorical as categorical,
    normal_n as normal_n,
    seed as seed,
    uniform_n as uniform_n,
)
