"""`unideep.loss` under the name that Gluon code imports."""

from unideep.loss import *  # noqa: F403
