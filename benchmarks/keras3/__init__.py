"""The models in Keras 3, on whichever of its backends KERAS_BACKEND names.

`default` is `compile` and `fit` as its users write them, `best` the fastest loop that its
documentation shows for the backend.
"""
