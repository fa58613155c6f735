"""All operations. One op is one function in the file of its family; the faces only list them."""

from unideep.ops.activation import *  # noqa: F403
from unideep.ops.attention import *  # noqa: F403
from unideep.ops.comparison import *  # noqa: F403
from unideep.ops.control import *  # noqa: F403
from unideep.ops.convolution import *  # noqa: F403
from unideep.ops.creation import *  # noqa: F403
from unideep.ops.ctc import *  # noqa: F403
from unideep.ops.decomposition import *  # noqa: F403
from unideep.ops.difference import *  # noqa: F403  # noqa: F403
from unideep.ops.einsum import *  # noqa: F403
from unideep.ops.elementwise import *  # noqa: F403
from unideep.ops.equations import *  # noqa: F403
from unideep.ops.fft import *  # noqa: F403
from unideep.ops.grid import *  # noqa: F403
from unideep.ops.indexing import *  # noqa: F403
from unideep.ops.joining import *  # noqa: F403
from unideep.ops.linalg import *  # noqa: F403
from unideep.ops.loss import *  # noqa: F403
from unideep.ops.norm import *  # noqa: F403
from unideep.ops.normalization import *  # noqa: F403
from unideep.ops.numeric import *  # noqa: F403
from unideep.ops.pooling import *  # noqa: F403
from unideep.ops.random import *  # noqa: F403
from unideep.ops.recurrent import *  # noqa: F403
from unideep.ops.reduction import *  # noqa: F403
from unideep.ops.searching import *  # noqa: F403
from unideep.ops.sets import *  # noqa: F403
from unideep.ops.shape import *  # noqa: F403
from unideep.ops.sorting import *  # noqa: F403
from unideep.ops.statistics import *  # noqa: F403
from unideep.ops.update import *  # noqa: F403
