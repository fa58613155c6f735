"""Random numbers: one seed, the same numbers on every backend.

Initial weights, shuffling and augmentation come from NumPy's Philox keyed by (seed, name).
Random operations inside a step come from Philox4x32-10 (Salmon et al., "Parallel random numbers:
as easy as 1, 2, 3", SC 2011) written on ops, keyed by (seed, number of the draw): compiled steps
get the key as an input, so every call draws anew.
"""

from unideep.random.continuous import (
    cauchy as cauchy,
    exponential as exponential,
    gumbel as gumbel,
    laplace as laplace,
    logistic as logistic,
    lognormal as lognormal,
    normal as normal,
    normal_n as normal_n,
    pareto as pareto,
    power as power,
    rand as rand,
    randn as randn,
    random as random,
    rayleigh as rayleigh,
    standard_cauchy as standard_cauchy,
    standard_exponential as standard_exponential,
    standard_normal as standard_normal,
    uniform as uniform,
    uniform_n as uniform_n,
    weibull as weibull,
)
from unideep.random.discrete import (
    bernoulli as bernoulli,
    binomial as binomial,
    geometric as geometric,
    keep_mask as keep_mask,
    negative_binomial as negative_binomial,
    poisson as poisson,
)
from unideep.random.gamma_family import (
    beta as beta,
    chisquare as chisquare,
    f as f,
    gamma as gamma,
    standard_gamma as standard_gamma,
    standard_t as standard_t,
)
from unideep.random.multivariate import (
    dirichlet as dirichlet,
    multinomial as multinomial,
    multivariate_normal as multivariate_normal,
)
from unideep.random.selection import (
    categorical as categorical,
    choice as choice,
    permutation as permutation,
    randint as randint,
    shuffle as shuffle,
)
from unideep.random.state import (
    generator as generator,
    get_state as get_state,
    next_draw as next_draw,
    next_stream as next_stream,
    seed as seed,
    set_state as set_state,
    use as use,
)
