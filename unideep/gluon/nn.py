"""`unideep.nn` under the name that Gluon code imports."""

from unideep.nn import *  # noqa: F403
