"""`np.random`: samples, seeded and equal on all backends. A list, no definitions."""

from unideep.random import (
    bernoulli as bernoulli,
    cauchy as cauchy,
    exponential as exponential,
    gumbel as gumbel,
    laplace as laplace,
    logistic as logistic,
    lognormal as lognormal,
    normal as normal,
    pareto as pareto,
    power as power,
    rand as rand,
    randn as randn,
    random as random,
    rayleigh as rayleigh,
    seed as seed,
    standard_cauchy as standard_cauchy,
    standard_exponential as standard_exponential,
    standard_normal as standard_normal,
    uniform as uniform,
    weibull as weibull,
)

# The same under other names of NumPy's
random_sample = ranf = sample = random
