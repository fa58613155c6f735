"""`unideep.data.vision.transforms` under the name that Gluon code imports."""

from unideep.data.vision.transforms import *  # noqa: F403
