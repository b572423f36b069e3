# Written by `make generate` from host_tools/mite_tools/image. Do not edit.

OPS = (
    "CONV_2D",
    "DEPTHWISE_CONV_2D",
    "FULLY_CONNECTED",
    "ADD",
    "AVERAGE_POOL_2D",
    "MAX_POOL_2D",
    "MEAN",
    "SOFTMAX",
    "TABLE",
    "COPY",
    "FILL",
    "QUANTIZE",
    "DEQUANTIZE",
    "INITIAL_STATE",
    "BINARY",
    "REDUCE",
    "GATHER",
    "L2_NORMALIZATION",
    "LOG_SOFTMAX",
    "RESIZE_BILINEAR",
    "LSTM",
    "SVDF",
    "BATCH_MATMUL",
    "BAND_SUM",
    "BAND_MEAN",
    "CONV_2D_S16",
    "BINARY_S16",
    "POOL_S16",
    "RESCALE",
    "SIGMOID_S16",
    "SOFTMAX_S16",
    "REDUCE_S16",
    "BATCH_MATMUL_S16",
    "LSTM_S16",
    "TABLE_S16",
    "CONV_2D_F32",
    "MATMUL_F32",
    "BINARY_F32",
    "UNARY_F32",
    "POOL_2D_F32",
    "ROWS_F32",
    "REDUCE_F32",
    "CUMSUM_F32",
    "RESIZE_BILINEAR_F32",
    "LSTM_F32",
    "SVDF_F32",
    "INTEGER",
    "INTEGER_REDUCE",
    "CAST",
    "SELECT",
    "CUMSUM",
    "TOPK",
    "SCATTER",
    "WINDOW",
    "CONV_2D_ASYMMETRIC",
    "AVERAGE_POOL_2D_UP",
    "FULLY_CONNECTED_STEPS",
    "CONV_2D_INT4",
    "DEPTHWISE_CONV_2D_INT4",
    "RESIZE_BILINEAR_UP",
    "JUMP",
    "CUSTOM",
    "DETECTION",
    "COPY_ROWS",
    "BAND_DENSE",
    "CONV_2D_WINOGRAD",
)
# The text of error -1, -2, ...
ERRORS = (
    "the image is cut off: {0} bytes of {1}",
    "this is not a .mite image",
    "the image has format version {0}, this build of mite reads version {1}: convert the model again",
    "the image needs mite runtime {0}, this is {1}: update mite on the board",
    "the image is damaged (CRC-32 {0:08x}, should be {1:08x}): upload it again",
    "the image is damaged: section at byte {0} with {1} bytes lies outside it",
    "the buffer lies at an odd address (multiple of {0} needed, off by {1}): use a buffer of its own, not a slice",
    "this build of mite lacks op number {0}: use a build with it",
    "record is {0} bytes long, {1} expected",
    "reads or writes {1} bytes at reference {0:08x}, outside of its memory",
    "a parameter is out of range ({0}, {1})",
    "the arena has {1} bytes, {0} are needed",
    "the state has {1} bytes, {0} are needed",
)
SHORT = -1
MAGIC = -2
FORMAT = -3
RUNTIME = -4
CRC = -5
LAYOUT = -6
ALIGN = -7
OP = -8
RECORD = -9
RANGE = -10
VALUE = -11
ARENA = -12
STATE = -13
