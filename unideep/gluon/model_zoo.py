"""`unideep.model_zoo` under the name that Gluon code imports."""

from unideep.model_zoo import *  # noqa: F403
