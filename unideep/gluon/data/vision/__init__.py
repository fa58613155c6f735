"""`unideep.data.vision` under the name that Gluon code imports."""

from unideep.data.vision import *  # noqa: F403
from unideep.gluon.data.vision import transforms as transforms
