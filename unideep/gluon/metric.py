"""`unideep.metric` under the name that Gluon code imports."""

from unideep.metric import *  # noqa: F403
