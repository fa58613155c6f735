"""Layers."""

from unideep.block import Block as Block, HybridBlock as HybridBlock
from unideep.nn.activation import (
    ELU as ELU,
    GELU as GELU,
    SELU as SELU,
    Activation as Activation,
    LeakyReLU as LeakyReLU,
    PReLU as PReLU,
    SiLU as SiLU,
    Swish as Swish,
)
from unideep.nn.attention import (
    KeyValueCache as KeyValueCache,
    MultiHeadAttention as MultiHeadAttention,
)
from unideep.nn.container import (
    Concatenate as Concatenate,
    HybridConcatenate as HybridConcatenate,
    HybridSequential as HybridSequential,
    Sequential as Sequential,
)
from unideep.nn.convolution import (
    Conv1D as Conv1D,
    Conv1DTranspose as Conv1DTranspose,
    Conv2D as Conv2D,
    Conv2DTranspose as Conv2DTranspose,
    Conv3D as Conv3D,
    Conv3DTranspose as Conv3DTranspose,
)
from unideep.nn.dense import Dense as Dense
from unideep.nn.dropout import Dropout as Dropout
from unideep.nn.embedding import Embedding as Embedding
from unideep.nn.flatten import Flatten as Flatten
from unideep.nn.function import (
    HybridLambda as HybridLambda,
    Identity as Identity,
    Lambda as Lambda,
)
from unideep.nn.normalization import (
    BatchNorm as BatchNorm,
    GroupNorm as GroupNorm,
    InstanceNorm as InstanceNorm,
    LayerNorm as LayerNorm,
    RMSNorm as RMSNorm,
)
from unideep.nn.pooling import (
    AvgPool1D as AvgPool1D,
    AvgPool2D as AvgPool2D,
    AvgPool3D as AvgPool3D,
    GlobalAvgPool1D as GlobalAvgPool1D,
    GlobalAvgPool2D as GlobalAvgPool2D,
    GlobalAvgPool3D as GlobalAvgPool3D,
    GlobalMaxPool1D as GlobalMaxPool1D,
    GlobalMaxPool2D as GlobalMaxPool2D,
    GlobalMaxPool3D as GlobalMaxPool3D,
    MaxPool1D as MaxPool1D,
    MaxPool2D as MaxPool2D,
    MaxPool3D as MaxPool3D,
)
from unideep.nn.position import (
    LearnedPositionalEmbedding as LearnedPositionalEmbedding,
    RotaryPositionalEmbedding as RotaryPositionalEmbedding,
    SinusoidalPositionalEmbedding as SinusoidalPositionalEmbedding,
)
from unideep.nn.rearrange import (
    PixelShuffle1D as PixelShuffle1D,
    PixelShuffle2D as PixelShuffle2D,
    PixelShuffle3D as PixelShuffle3D,
    ReflectionPad2D as ReflectionPad2D,
)
from unideep.nn.transformer import (
    TransformerDecoder as TransformerDecoder,
    TransformerDecoderCell as TransformerDecoderCell,
    TransformerEncoder as TransformerEncoder,
    TransformerEncoderCell as TransformerEncoderCell,
)
