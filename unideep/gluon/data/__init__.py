"""`unideep.data` under the name that Gluon code imports."""

from unideep.data import *  # noqa: F403
from unideep.gluon.data import vision as vision
