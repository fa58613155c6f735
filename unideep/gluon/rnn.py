"""`unideep.rnn` under the name that Gluon code imports."""

from unideep.rnn import *  # noqa: F403
