// Written by `make generate` from host_tools/mite_tools/image. Do not edit.
#ifndef MITE_FORMAT_H
#define MITE_FORMAT_H

#include <stdint.h>

#define MITE_FORMAT_VERSION 2
#define MITE_RUNTIME_VERSION 1
#define MITE_SHARED 1
#define MITE_PACKED 2
#define MITE_PACKED_SHIFT_BITS 5
#define MITE_PACKED_SHIFT_MOST 22
#define MITE_COPY_RANK 6

enum { MITE_BINARY_SUB, MITE_BINARY_MUL, MITE_BINARY_MAXIMUM, MITE_BINARY_MINIMUM, MITE_BINARY_SQUARED_DIFFERENCE, MITE_BINARY_EQUAL, MITE_BINARY_NOT_EQUAL, MITE_BINARY_LESS, MITE_BINARY_LESS_EQUAL, MITE_BINARY_GREATER, MITE_BINARY_GREATER_EQUAL, MITE_BINARY_DIV, MITE_BINARY_PRELU, MITE_BINARY_ADD, MITE_BINARY_COUNT };
enum { MITE_BINARY_S16_ADD, MITE_BINARY_S16_SUB, MITE_BINARY_S16_MUL, MITE_BINARY_S16_MAXIMUM, MITE_BINARY_S16_MINIMUM, MITE_BINARY_S16_SQUARED_DIFFERENCE, MITE_BINARY_S16_EQUAL, MITE_BINARY_S16_NOT_EQUAL, MITE_BINARY_S16_LESS, MITE_BINARY_S16_LESS_EQUAL, MITE_BINARY_S16_GREATER, MITE_BINARY_S16_GREATER_EQUAL, MITE_BINARY_S16_COUNT };
enum { MITE_REDUCE_S16_MEAN, MITE_REDUCE_S16_MAX, MITE_REDUCE_S16_MIN, MITE_REDUCE_S16_COUNT };
enum { MITE_INTEGER_ADD, MITE_INTEGER_SUB, MITE_INTEGER_MUL, MITE_INTEGER_DIV, MITE_INTEGER_FLOOR_DIV, MITE_INTEGER_FLOOR_MOD, MITE_INTEGER_SQUARED_DIFFERENCE, MITE_INTEGER_MAXIMUM, MITE_INTEGER_MINIMUM, MITE_INTEGER_POW, MITE_INTEGER_POW_WRAPPING, MITE_INTEGER_ABS, MITE_INTEGER_SIGN, MITE_INTEGER_BITWISE_XOR, MITE_INTEGER_RIGHT_SHIFT, MITE_INTEGER_EQUAL, MITE_INTEGER_NOT_EQUAL, MITE_INTEGER_LESS, MITE_INTEGER_LESS_EQUAL, MITE_INTEGER_GREATER, MITE_INTEGER_GREATER_EQUAL, MITE_INTEGER_COUNT };
enum { MITE_INTEGER_REDUCE_SUM, MITE_INTEGER_REDUCE_PROD, MITE_INTEGER_REDUCE_MAX, MITE_INTEGER_REDUCE_MIN, MITE_INTEGER_REDUCE_MEAN, MITE_INTEGER_REDUCE_ARG_MAX, MITE_INTEGER_REDUCE_ARG_MIN, MITE_INTEGER_REDUCE_COUNT };
enum { MITE_WINDOW_READ, MITE_WINDOW_WRITE, MITE_WINDOW_COUNT };
enum { MITE_CUMSUM_INCLUSIVE, MITE_CUMSUM_EXCLUSIVE, MITE_CUMSUM_REVERSE, MITE_CUMSUM_COUNT };
enum { MITE_BINARY_F32_ADD, MITE_BINARY_F32_SUB, MITE_BINARY_F32_MUL, MITE_BINARY_F32_DIV, MITE_BINARY_F32_MAXIMUM, MITE_BINARY_F32_MINIMUM, MITE_BINARY_F32_SQUARED_DIFFERENCE, MITE_BINARY_F32_FLOOR_DIV, MITE_BINARY_F32_FLOOR_MOD, MITE_BINARY_F32_POW, MITE_BINARY_F32_PRELU, MITE_BINARY_F32_EQUAL, MITE_BINARY_F32_NOT_EQUAL, MITE_BINARY_F32_LESS, MITE_BINARY_F32_LESS_EQUAL, MITE_BINARY_F32_GREATER, MITE_BINARY_F32_GREATER_EQUAL, MITE_BINARY_F32_COUNT };
enum { MITE_UNARY_F32_CLAMP, MITE_UNARY_F32_LEAKY_RELU, MITE_UNARY_F32_ABS, MITE_UNARY_F32_NEG, MITE_UNARY_F32_SQUARE, MITE_UNARY_F32_SIGN, MITE_UNARY_F32_FLOOR, MITE_UNARY_F32_CEIL, MITE_UNARY_F32_ROUND, MITE_UNARY_F32_SQRT, MITE_UNARY_F32_RSQRT, MITE_UNARY_F32_EXP, MITE_UNARY_F32_LOG, MITE_UNARY_F32_SIN, MITE_UNARY_F32_COS, MITE_UNARY_F32_TANH, MITE_UNARY_F32_LOGISTIC, MITE_UNARY_F32_ELU, MITE_UNARY_F32_HARD_SWISH, MITE_UNARY_F32_GELU, MITE_UNARY_F32_GELU_TANH, MITE_UNARY_F32_COUNT };
enum { MITE_POOL_F32_AVERAGE, MITE_POOL_F32_MAX, MITE_POOL_F32_L2, MITE_POOL_F32_COUNT };
enum { MITE_ROWS_F32_SOFTMAX, MITE_ROWS_F32_LOG_SOFTMAX, MITE_ROWS_F32_L2_NORMALIZATION, MITE_ROWS_F32_COUNT };
enum { MITE_REDUCE_F32_MEAN, MITE_REDUCE_F32_SUM, MITE_REDUCE_F32_MAX, MITE_REDUCE_F32_MIN, MITE_REDUCE_F32_ARG_MAX, MITE_REDUCE_F32_ARG_MIN, MITE_REDUCE_F32_COUNT };
enum { MITE_REDUCE_MAX, MITE_REDUCE_MIN, MITE_REDUCE_ARG_MAX, MITE_REDUCE_ARG_MIN, MITE_REDUCE_ADD_N, MITE_REDUCE_COUNT };

typedef uint32_t mite_ref_t; // space in the two top bits, byte offset in the others
#define MITE_REF_SHIFT 30
#define MITE_REF_OFFSET 0x3fffffffu
enum { MITE_SPACE_ARENA, MITE_SPACE_CONSTANT, MITE_SPACE_STATE, MITE_SPACE_NONE, MITE_SPACES };

enum { MITE_DTYPE_INT8, MITE_DTYPE_UINT8, MITE_DTYPE_INT16, MITE_DTYPE_UINT16, MITE_DTYPE_INT32, MITE_DTYPE_UINT32, MITE_DTYPE_INT64, MITE_DTYPE_FLOAT32, MITE_DTYPE_BOOL, MITE_DTYPE_UINT64, MITE_DTYPES };

enum {
    MITE_OK = 0,
    MITE_ERR_SHORT = -1, // the image is cut off: {0} bytes of {1}
    MITE_ERR_MAGIC = -2, // this is not a .mite image
    MITE_ERR_FORMAT = -3, // the image has format version {0}, this build of mite reads version {1}: convert the model again
    MITE_ERR_RUNTIME = -4, // the image needs mite runtime {0}, this is {1}: update mite on the board
    MITE_ERR_CRC = -5, // the image is damaged (CRC-32 {0:08x}, should be {1:08x}): upload it again
    MITE_ERR_LAYOUT = -6, // the image is damaged: section at byte {0} with {1} bytes lies outside it
    MITE_ERR_ALIGN = -7, // the buffer lies at an odd address (multiple of {0} needed, off by {1}): use a buffer of its own, not a slice
    MITE_ERR_OP = -8, // this build of mite lacks op number {0}: use a build with it
    MITE_ERR_RECORD = -9, // record is {0} bytes long, {1} expected
    MITE_ERR_RANGE = -10, // reads or writes {1} bytes at reference {0:08x}, outside of its memory
    MITE_ERR_VALUE = -11, // a parameter is out of range ({0}, {1})
    MITE_ERR_ARENA = -12, // the arena has {1} bytes, {0} are needed
    MITE_ERR_STATE = -13, // the state has {1} bytes, {0} are needed
};

// Every op of the build (port/ops/select.h): X(NAME, name)
#define MITE_OPS(X) \
    MITE_OP(X, CONV_2D, conv_2d) \
    MITE_OP(X, DEPTHWISE_CONV_2D, depthwise_conv_2d) \
    MITE_OP(X, FULLY_CONNECTED, fully_connected) \
    MITE_OP(X, ADD, add) \
    MITE_OP(X, AVERAGE_POOL_2D, average_pool_2d) \
    MITE_OP(X, MAX_POOL_2D, max_pool_2d) \
    MITE_OP(X, MEAN, mean) \
    MITE_OP(X, SOFTMAX, softmax) \
    MITE_OP(X, TABLE, table) \
    MITE_OP(X, COPY, copy) \
    MITE_OP(X, FILL, fill) \
    MITE_OP(X, QUANTIZE, quantize) \
    MITE_OP(X, DEQUANTIZE, dequantize) \
    MITE_OP(X, INITIAL_STATE, initial_state) \
    MITE_OP(X, BINARY, binary) \
    MITE_OP(X, REDUCE, reduce) \
    MITE_OP(X, GATHER, gather) \
    MITE_OP(X, L2_NORMALIZATION, l2_normalization) \
    MITE_OP(X, LOG_SOFTMAX, log_softmax) \
    MITE_OP(X, RESIZE_BILINEAR, resize_bilinear) \
    MITE_OP(X, LSTM, lstm) \
    MITE_OP(X, SVDF, svdf) \
    MITE_OP(X, BATCH_MATMUL, batch_matmul) \
    MITE_OP(X, BAND_SUM, band_sum) \
    MITE_OP(X, BAND_MEAN, band_mean) \
    MITE_OP(X, CONV_2D_S16, conv_2d_s16) \
    MITE_OP(X, BINARY_S16, binary_s16) \
    MITE_OP(X, POOL_S16, pool_s16) \
    MITE_OP(X, RESCALE, rescale) \
    MITE_OP(X, SIGMOID_S16, sigmoid_s16) \
    MITE_OP(X, SOFTMAX_S16, softmax_s16) \
    MITE_OP(X, REDUCE_S16, reduce_s16) \
    MITE_OP(X, BATCH_MATMUL_S16, batch_matmul_s16) \
    MITE_OP(X, LSTM_S16, lstm_s16) \
    MITE_OP(X, TABLE_S16, table_s16) \
    MITE_OP(X, CONV_2D_F32, conv_2d_f32) \
    MITE_OP(X, MATMUL_F32, matmul_f32) \
    MITE_OP(X, BINARY_F32, binary_f32) \
    MITE_OP(X, UNARY_F32, unary_f32) \
    MITE_OP(X, POOL_2D_F32, pool_2d_f32) \
    MITE_OP(X, ROWS_F32, rows_f32) \
    MITE_OP(X, REDUCE_F32, reduce_f32) \
    MITE_OP(X, CUMSUM_F32, cumsum_f32) \
    MITE_OP(X, RESIZE_BILINEAR_F32, resize_bilinear_f32) \
    MITE_OP(X, LSTM_F32, lstm_f32) \
    MITE_OP(X, SVDF_F32, svdf_f32) \
    MITE_OP(X, INTEGER, integer) \
    MITE_OP(X, INTEGER_REDUCE, integer_reduce) \
    MITE_OP(X, CAST, cast) \
    MITE_OP(X, SELECT, select) \
    MITE_OP(X, CUMSUM, cumsum) \
    MITE_OP(X, TOPK, topk) \
    MITE_OP(X, SCATTER, scatter) \
    MITE_OP(X, WINDOW, window) \
    MITE_OP(X, CONV_2D_ASYMMETRIC, conv_2d_asymmetric) \
    MITE_OP(X, AVERAGE_POOL_2D_UP, average_pool_2d_up) \
    MITE_OP(X, FULLY_CONNECTED_STEPS, fully_connected_steps) \
    MITE_OP(X, CONV_2D_INT4, conv_2d_int4) \
    MITE_OP(X, DEPTHWISE_CONV_2D_INT4, depthwise_conv_2d_int4) \
    MITE_OP(X, RESIZE_BILINEAR_UP, resize_bilinear_up) \
    MITE_OP(X, JUMP, jump) \
    MITE_OP(X, CUSTOM, custom) \
    MITE_OP(X, DETECTION, detection) \
    MITE_OP(X, COPY_ROWS, copy_rows) \
    MITE_OP(X, BAND_DENSE, band_dense) \
    MITE_OP(X, CONV_2D_WINOGRAD, conv_2d_winograd)

// The ops whose records have scratch memory.
#define MITE_SCRATCH_OPS(X) MITE_OP(X, CONV_2D, conv_2d) MITE_OP(X, DEPTHWISE_CONV_2D, depthwise_conv_2d) MITE_OP(X, LSTM, lstm) MITE_OP(X, LSTM_S16, lstm_s16) MITE_OP(X, LSTM_F32, lstm_f32) MITE_OP(X, CONV_2D_ASYMMETRIC, conv_2d_asymmetric) MITE_OP(X, CONV_2D_INT4, conv_2d_int4) MITE_OP(X, DEPTHWISE_CONV_2D_INT4, depthwise_conv_2d_int4) MITE_OP(X, DETECTION, detection) MITE_OP(X, CONV_2D_WINOGRAD, conv_2d_winograd)
enum { MITE_OP_CONV_2D = 0, MITE_OP_DEPTHWISE_CONV_2D = 1, MITE_OP_FULLY_CONNECTED = 2, MITE_OP_ADD = 3, MITE_OP_AVERAGE_POOL_2D = 4, MITE_OP_MAX_POOL_2D = 5, MITE_OP_MEAN = 6, MITE_OP_SOFTMAX = 7, MITE_OP_TABLE = 8, MITE_OP_COPY = 9, MITE_OP_FILL = 10, MITE_OP_QUANTIZE = 11, MITE_OP_DEQUANTIZE = 12, MITE_OP_INITIAL_STATE = 13, MITE_OP_BINARY = 14, MITE_OP_REDUCE = 15, MITE_OP_GATHER = 16, MITE_OP_L2_NORMALIZATION = 17, MITE_OP_LOG_SOFTMAX = 18, MITE_OP_RESIZE_BILINEAR = 19, MITE_OP_LSTM = 20, MITE_OP_SVDF = 21, MITE_OP_BATCH_MATMUL = 22, MITE_OP_BAND_SUM = 23, MITE_OP_BAND_MEAN = 24, MITE_OP_CONV_2D_S16 = 25, MITE_OP_BINARY_S16 = 26, MITE_OP_POOL_S16 = 27, MITE_OP_RESCALE = 28, MITE_OP_SIGMOID_S16 = 29, MITE_OP_SOFTMAX_S16 = 30, MITE_OP_REDUCE_S16 = 31, MITE_OP_BATCH_MATMUL_S16 = 32, MITE_OP_LSTM_S16 = 33, MITE_OP_TABLE_S16 = 34, MITE_OP_CONV_2D_F32 = 35, MITE_OP_MATMUL_F32 = 36, MITE_OP_BINARY_F32 = 37, MITE_OP_UNARY_F32 = 38, MITE_OP_POOL_2D_F32 = 39, MITE_OP_ROWS_F32 = 40, MITE_OP_REDUCE_F32 = 41, MITE_OP_CUMSUM_F32 = 42, MITE_OP_RESIZE_BILINEAR_F32 = 43, MITE_OP_LSTM_F32 = 44, MITE_OP_SVDF_F32 = 45, MITE_OP_INTEGER = 46, MITE_OP_INTEGER_REDUCE = 47, MITE_OP_CAST = 48, MITE_OP_SELECT = 49, MITE_OP_CUMSUM = 50, MITE_OP_TOPK = 51, MITE_OP_SCATTER = 52, MITE_OP_WINDOW = 53, MITE_OP_CONV_2D_ASYMMETRIC = 54, MITE_OP_AVERAGE_POOL_2D_UP = 55, MITE_OP_FULLY_CONNECTED_STEPS = 56, MITE_OP_CONV_2D_INT4 = 57, MITE_OP_DEPTHWISE_CONV_2D_INT4 = 58, MITE_OP_RESIZE_BILINEAR_UP = 59, MITE_OP_JUMP = 60, MITE_OP_CUSTOM = 61, MITE_OP_DETECTION = 62, MITE_OP_COPY_ROWS = 63, MITE_OP_BAND_DENSE = 64, MITE_OP_CONV_2D_WINOGRAD = 65 };

// The first bytes of an image.
typedef struct {
    uint8_t magic[4]; // "MITE"
    uint8_t format; // format version
    uint8_t runtime; // runtime version needed
    uint16_t flags; // 1: the program has CUSTOM records
    uint32_t length; // bytes of the whole image
    uint32_t crc; // CRC-32 (zlib) of the image without this field
    uint32_t arena_bytes; // RAM for activations and scratch
    uint32_t state_bytes; // RAM that must survive from one inference to the next
    uint32_t tensors; // byte offset of the tensor records: inputs, then outputs
    uint32_t program; // byte offset of the op records
    uint32_t constants; // byte offset of the constants
    uint32_t metadata; // byte offset of the metadata: UTF-8 JSON, to the end of the image
    uint16_t records; // number of op records
    uint8_t inputs; // number of inputs
    uint8_t outputs; // number of outputs
} mite_header_t;
typedef char mite_header_t_size[sizeof(mite_header_t) == 44 ? 1 : -1];

// An input or output. Its dimensions follow, a u32 each.
typedef struct {
    mite_ref_t data; // where its bytes are, in the arena
    uint32_t bytes; // how many
    float scale; // 0 where it is not quantized
    int32_t zero_point;
    uint8_t dtype; // position in the list of types
    uint8_t rank; // number of dimensions, at most 8
    uint16_t reserved; // 0
} mite_tensor_t;
typedef char mite_tensor_t_size[sizeof(mite_tensor_t) == 20 ? 1 : -1];

// Every op record begins so.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
} mite_record_t;
typedef char mite_record_t_size[sizeof(mite_record_t) == 4 ? 1 : -1];

// filter: int8 [out_c, kernel_h * kernel_w * (in_c / groups)], each row padded with zeros to a multiple of 4.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input; // int8 [batches, in_h, in_w, in_c]
    mite_ref_t output; // int8 [batches, out_h, out_w, out_c]
    mite_ref_t filter;
    mite_ref_t channels; // the block of biases, multipliers and shifts
    mite_ref_t scratch; // memory that the kernel may use while it runs
    uint32_t scratch_bytes;
    uint16_t batches;
    uint16_t in_h;
    uint16_t in_w;
    uint16_t in_c;
    uint16_t out_h;
    uint16_t out_w;
    uint16_t out_c;
    uint16_t pad_top;
    uint16_t pad_left;
    uint8_t kernel_h;
    uint8_t kernel_w;
    uint8_t stride_h;
    uint8_t stride_w;
    uint8_t dilation_h;
    uint8_t dilation_w;
    int16_t input_zero_point; // what a tap outside of the picture reads
    int16_t output_zero_point;
    int16_t act_min; // fused activation, as quantized bounds
    int16_t act_max;
    uint16_t groups;
    uint16_t parts; // 0, or proven by the host: in how many parts a row of the filter fits the fields of a word (conv_rows.h)
} mite_conv_2d_t;
typedef char mite_conv_2d_t_size[sizeof(mite_conv_2d_t) == 64 ? 1 : -1];

// filter: int8 [kernel_h, kernel_w, out_c]. Output channel c reads input channel c / multiplier.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input; // int8 [batches, in_h, in_w, in_c]
    mite_ref_t output; // int8 [batches, out_h, out_w, out_c]
    mite_ref_t filter;
    mite_ref_t channels; // the block of biases, multipliers and shifts
    mite_ref_t scratch; // memory that the kernel may use while it runs
    uint32_t scratch_bytes;
    uint16_t batches;
    uint16_t in_h;
    uint16_t in_w;
    uint16_t in_c;
    uint16_t out_h;
    uint16_t out_w;
    uint16_t out_c;
    uint16_t pad_top;
    uint16_t pad_left;
    uint8_t kernel_h;
    uint8_t kernel_w;
    uint8_t stride_h;
    uint8_t stride_w;
    uint8_t dilation_h;
    uint8_t dilation_w;
    int16_t input_zero_point; // what a tap outside of the picture reads
    int16_t output_zero_point;
    int16_t act_min; // fused activation, as quantized bounds
    int16_t act_max;
    uint16_t multiplier; // out_c / in_c
    uint16_t reserved; // 0
} mite_depthwise_conv_2d_t;
typedef char mite_depthwise_conv_2d_t_size[sizeof(mite_depthwise_conv_2d_t) == 64 ? 1 : -1];

// filter: int8 [outputs, depth], each row padded with zeros to a multiple of 4 weights. Rows 2i and 2i + 1, a and b, go together: for every 4 weights the 8 bytes a0 b0 a2 b2 a1 b1 a3 b3, those of a with 128 added. A last row without a partner is as it is.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input; // int8 [batches, depth]
    mite_ref_t output; // int8 [batches, outputs]
    mite_ref_t filter;
    mite_ref_t channels; // as for CONV_2D
    uint32_t batches;
    uint32_t depth;
    uint32_t outputs; // at most 65535
    int16_t output_zero_point;
    int16_t act_min;
    int16_t act_max;
    uint16_t reserved; // 0
} mite_fully_connected_t;
typedef char mite_fully_connected_t_size[sizeof(mite_fully_connected_t) == 40 ? 1 : -1];

// out = clamp((a * a_factor + b * b_factor + base) >> shift), in 32 bits. The host has found numbers with which this is what the reference's three requantizations come to for every a and b; where there are none, BINARY does those. Up to four dimensions, collapsed on the host; a stride of 0 broadcasts.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t a;
    mite_ref_t b;
    mite_ref_t output; // int8, dense
    int32_t a_factor;
    int32_t b_factor;
    int32_t base;
    uint32_t dims[4]; // outermost first
    uint32_t a_strides[4]; // in bytes
    uint32_t b_strides[4]; // in bytes
    uint8_t shift; // 0 to 31
    int8_t act_min;
    int8_t act_max;
    uint8_t reserved; // 0
} mite_add_t;
typedef char mite_add_t_size[sizeof(mite_add_t) == 80 ? 1 : -1];

// Mean of the taps inside the picture, rounded half away from zero.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input; // int8 [batches, in_h, in_w, channels]
    mite_ref_t output; // int8 [batches, out_h, out_w, channels]
    uint16_t batches;
    uint16_t in_h;
    uint16_t in_w;
    uint16_t channels;
    uint16_t out_h;
    uint16_t out_w;
    uint16_t pad_top;
    uint16_t pad_left;
    uint16_t kernel_h;
    uint16_t kernel_w;
    uint8_t stride_h;
    uint8_t stride_w;
    int8_t act_min;
    int8_t act_max;
} mite_average_pool_2d_t;
typedef char mite_average_pool_2d_t_size[sizeof(mite_average_pool_2d_t) == 36 ? 1 : -1];

// Largest of the taps inside the picture.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input; // int8 [batches, in_h, in_w, channels]
    mite_ref_t output; // int8 [batches, out_h, out_w, channels]
    uint16_t batches;
    uint16_t in_h;
    uint16_t in_w;
    uint16_t channels;
    uint16_t out_h;
    uint16_t out_w;
    uint16_t pad_top;
    uint16_t pad_left;
    uint16_t kernel_h;
    uint16_t kernel_w;
    uint8_t stride_h;
    uint8_t stride_w;
    int8_t act_min;
    int8_t act_max;
} mite_max_pool_2d_t;
typedef char mite_max_pool_2d_t_size[sizeof(mite_max_pool_2d_t) == 36 ? 1 : -1];

// out = clamp(requantize(sum - count * input_zero_point) + output_zero_point); 1 / count is in the multiplier.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input; // int8
    mite_ref_t output; // int8, dense over the kept dimensions
    int32_t multiplier;
    int32_t offset; // -count * input_zero_point
    uint32_t kept[3]; // dimensions that stay, outermost first
    uint32_t kept_strides[3]; // in bytes, in the input
    uint32_t reduced[3]; // dimensions of a group
    uint32_t reduced_strides[3]; // in bytes, in the input
    int8_t shift;
    int8_t output_zero_point;
    uint16_t reserved; // 0
} mite_mean_t;
typedef char mite_mean_t_size[sizeof(mite_mean_t) == 72 ? 1 : -1];

// Along the last dimension, in fixed point; output scale 1/256, zero point -128.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input; // int8 [rows, depth]
    mite_ref_t output; // int8 [rows, depth]
    uint32_t rows;
    uint32_t depth;
    int32_t multiplier; // input scale * beta in Q5.26, as a Q0.31 significand
    int32_t diff_min; // values further below the row's maximum count as zero
    uint8_t left_shift;
    uint8_t reserved; // 0
    uint16_t reserved2; // 0
} mite_softmax_t;
typedef char mite_softmax_t_size[sizeof(mite_softmax_t) == 32 ? 1 : -1];

// out[i] = table[in[i]], the table indexed by the byte as unsigned.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input;
    mite_ref_t output;
    mite_ref_t table; // 256 bytes
    uint32_t count;
} mite_table_t;
typedef char mite_table_t_size[sizeof(mite_table_t) == 20 ? 1 : -1];

// A strided copy of runs of bytes: for every index of dims, `run` bytes from input to output.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input;
    mite_ref_t output;
    uint32_t run; // bytes copied at once
    uint32_t dims[5]; // outermost first
    int32_t input_strides[5]; // in bytes
    int32_t output_strides[5]; // in bytes
} mite_copy_t;
typedef char mite_copy_t_size[sizeof(mite_copy_t) == 76 ? 1 : -1];

// Writes `count` times the same `size` bytes of `value`.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t output;
    uint32_t count;
    uint32_t value;
    uint32_t size; // 1, 2 or 4
} mite_fill_t;
typedef char mite_fill_t_size[sizeof(mite_fill_t) == 20 ? 1 : -1];

// int8, uint8 (flag 1) or int16 (flag 2) from float32: round(x / scale), half away from zero, plus zero point, clamped.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input; // float32
    mite_ref_t output;
    uint32_t count;
    float scale;
    int32_t zero_point;
} mite_quantize_t;
typedef char mite_quantize_t_size[sizeof(mite_quantize_t) == 24 ? 1 : -1];

// float32 from int8, uint8 (flag 1) or int16 (flag 2): scale * (x - zero_point).
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input;
    mite_ref_t output; // float32
    uint32_t count;
    float scale;
    int32_t zero_point;
} mite_dequantize_t;
typedef char mite_dequantize_t_size[sizeof(mite_dequantize_t) == 24 ? 1 : -1];

// What a variable holds at the start and after a reset: `count` times the same `size` bytes. Does nothing in an inference. State that no such record fills starts as zeros.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t output; // in the state
    mite_ref_t value; // a constant
    uint32_t count;
    uint32_t size;
} mite_initial_state_t;
typedef char mite_initial_state_t_size[sizeof(mite_initial_state_t) == 20 ? 1 : -1];

// out = f(a, b) of int8 numbers. The flags say which function: 0 SUB, 1 MUL, 2 MAXIMUM, 3 MINIMUM, 4 SQUARED_DIFFERENCE, 5 EQUAL, 6 NOT_EQUAL, 7 LESS, 8 LESS_EQUAL, 9 GREATER, 10 GREATER_EQUAL, 11 DIV, 12 PRELU, 13 ADD. Comparisons write a byte 0 or 1. Dimensions and strides as for ADD.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t a;
    mite_ref_t b;
    mite_ref_t output; // int8 or bool, dense
    int32_t a_multiplier;
    int32_t b_multiplier;
    int32_t output_multiplier;
    uint32_t dims[4]; // outermost first
    uint32_t a_strides[4]; // in bytes
    uint32_t b_strides[4]; // in bytes
    int8_t a_shift;
    int8_t b_shift;
    int8_t output_shift;
    uint8_t left_shift; // of both inputs, before they are requantized
    int16_t a_zero_point;
    int16_t b_zero_point;
    int16_t output_zero_point;
    int16_t act_min;
    int16_t act_max;
    uint16_t reserved; // 0
} mite_binary_t;
typedef char mite_binary_t_size[sizeof(mite_binary_t) == 92 ? 1 : -1];

// One number of each group of int8 numbers. The flags say which: 0 MAX, 1 MIN, 2 ARG_MAX, 3 ARG_MIN, 4 ADD_N. ARG_MAX and ARG_MIN write the index of the first such number as an int32. ADD_N: out = clamp(requantize(requantize(-zero point) + sum of requantize((x - zero point) shifted left by 20 bits)) + output zero point).
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input; // int8
    mite_ref_t output; // dense over the kept dimensions
    uint32_t kept[3]; // dimensions that stay, outermost first
    uint32_t kept_strides[3]; // in bytes, in the input
    uint32_t reduced[3]; // dimensions of a group
    uint32_t reduced_strides[3]; // in bytes, in the input
    int32_t multiplier; // ADD_N only, like all that follows
    int32_t output_multiplier;
    int8_t shift;
    int8_t output_shift;
    int8_t zero_point;
    int8_t output_zero_point;
} mite_reduce_t;
typedef char mite_reduce_t_size[sizeof(mite_reduce_t) == 72 ? 1 : -1];

// out[b, o, i] = in[b, o, indices[b, i]], slices of `inner` bytes. An index that is out of range counts as the nearest that is not.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input; // [batches, outer, size, inner] bytes
    mite_ref_t indices; // int32 [batches, count]
    mite_ref_t output; // [batches, outer, count, inner] bytes
    uint32_t batches;
    uint32_t outer;
    uint32_t size;
    uint32_t count;
    uint32_t inner;
} mite_gather_t;
typedef char mite_gather_t_size[sizeof(mite_gather_t) == 36 ? 1 : -1];

// Each row divided by its length, the root of the sum of squares; output scale 1/128, zero point 0. Flag 1: numbers are multiplied by 128 before they are divided, not afterwards, and so are rounded twice.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input; // int8 [rows, depth]
    mite_ref_t output; // int8 [rows, depth]
    uint32_t rows;
    uint32_t depth; // at most 33025
    int32_t zero_point; // of the input
} mite_l2_normalization_t;
typedef char mite_l2_normalization_t_size[sizeof(mite_l2_normalization_t) == 24 ? 1 : -1];

// Along the last dimension, in fixed point; output scale 1/16, zero point 127.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input; // int8 [rows, depth]
    mite_ref_t output; // int8 [rows, depth]
    uint32_t rows;
    uint32_t depth;
    int32_t multiplier; // input scale in Q5.26, as a Q0.31 significand
    int32_t diff_min; // values further below the row's maximum count as zero
    int32_t reverse_multiplier; // the reciprocal
    int8_t left_shift;
    int8_t reverse_shift;
    uint16_t reserved; // 0
} mite_log_softmax_t;
typedef char mite_log_softmax_t_size[sizeof(mite_log_softmax_t) == 36 ? 1 : -1];

// Of the four pixels around, weighted with 10 fractional bits. Flag 1: half-pixel centres. Flag 2: of int16.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input; // [batches, in_h, in_w, channels]
    mite_ref_t output; // [batches, out_h, out_w, channels]
    uint16_t batches;
    uint16_t in_h;
    uint16_t in_w;
    uint16_t channels;
    uint16_t out_h;
    uint16_t out_w;
    int32_t scale_h; // input rows for one output row, times 1024
    int32_t scale_w;
} mite_resize_bilinear_t;
typedef char mite_resize_bilinear_t_size[sizeof(mite_resize_bilinear_t) == 32 ? 1 : -1];

// int8 with 16-bit gates and cell. Gates in the order input, forget, cell, output: each requantizes the product with the input and that with the hidden state to 1/4096, adds them, and looks up its function in `table`.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input;
    mite_ref_t output;
    mite_ref_t hidden; // [batches, units], as the output, in the state
    mite_ref_t cell; // int16 [batches, units], in the state
    mite_ref_t weights; // i32 input_bias[4][units], i32 hidden_bias[4][units], i8 input_weights[4][units][inputs], i8 hidden_weights[4][units][units]; the zero points are folded into the biases
    mite_ref_t table; // u16[256]: the logistic function of i / 24, times 65536
    mite_ref_t scratch; // for the four gates
    uint32_t scratch_bytes;
    uint32_t batches;
    uint32_t steps;
    uint32_t inputs;
    uint32_t units;
    uint32_t input_strides[2]; // in bytes: from batch to batch, from step to step
    uint32_t output_strides[2];
    int32_t input_multiplier[4]; // of each gate
    int32_t hidden_multiplier[4]; // of each gate
    int32_t forget_multiplier; // cell * forget gate
    int32_t update_multiplier; // input gate * cell gate
    int32_t output_multiplier; // tanh(cell) * output gate
    int32_t tanh_multiplier; // cell to the table's steps
    int8_t input_shift[4];
    int8_t hidden_shift[4];
    int8_t forget_shift;
    int8_t update_shift;
    int8_t output_shift;
    uint8_t tanh_shift; // to the right
    int16_t cell_clip; // 0: none
    int8_t output_zero_point;
    uint8_t reserved; // 0
} mite_lstm_t;
typedef char mite_lstm_t_size[sizeof(mite_lstm_t) == 132 ? 1 : -1];

// A row of `memory` numbers for each filter, shifted by one, its newest the requantized product of input and feature weights; the sums of `rank` filters' products with their time weights, and a bias, requantized. Flag 1: int16 state and time weights.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input; // int8 [batches, inputs]
    mite_ref_t output; // int8 [batches, units]
    mite_ref_t state; // int8 or int16 [batches, units * rank, memory]
    mite_ref_t feature_weights; // int8 [units * rank, inputs]
    mite_ref_t time_weights; // int8 or int16 [units * rank, memory]
    mite_ref_t bias; // int32 [units]
    uint32_t batches;
    uint32_t inputs;
    uint32_t units;
    uint16_t rank;
    uint16_t memory;
    int32_t feature_multiplier;
    int32_t output_multiplier;
    int8_t feature_shift;
    int8_t output_shift;
    int8_t input_zero_point;
    int8_t state_zero_point;
    int8_t output_zero_point;
    uint8_t reserved; // 0
    uint16_t reserved2; // 0
} mite_svdf_t;
typedef char mite_svdf_t_size[sizeof(mite_svdf_t) == 60 ? 1 : -1];

// out[n, i, j] = sum over k of (a[n, i, k] - za) * (b[n, k, j] - zb), requantized. Strides also say what is transposed or broadcast.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t a; // int8
    mite_ref_t b; // int8
    mite_ref_t output; // int8 [batches, rows, columns]
    uint32_t dims[6]; // batch dimensions (up to three), rows, columns, depth
    uint32_t a_strides[6]; // in bytes, along each of them
    uint32_t b_strides[6];
    int32_t multiplier;
    int8_t shift;
    int8_t a_zero_point;
    int8_t b_zero_point;
    int8_t output_zero_point;
} mite_batch_matmul_t;
typedef char mite_batch_matmul_t_size[sizeof(mite_batch_matmul_t) == 96 ? 1 : -1];

// Adds a band of rows to the sums of a mean over a whole picture: for each channel, sums += all its pixels.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input; // int8 [pixels, channels]
    mite_ref_t sums; // int32 [channels]
    mite_ref_t output; // the same place as sums
    uint32_t pixels;
    uint32_t channels;
} mite_band_sum_t;
typedef char mite_band_sum_t_size[sizeof(mite_band_sum_t) == 24 ? 1 : -1];

// The mean, from the sums of all bands. Flag 0: as AVERAGE_POOL_2D, sum / count rounded half away from zero. Flag 1: as MEAN, from multiplier, offset and shift.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input; // int32 [channels]
    mite_ref_t output; // int8 [channels]
    uint32_t channels;
    int32_t count; // pixels of the picture
    int32_t multiplier;
    int32_t offset;
    int8_t shift;
    int8_t output_zero_point;
    int8_t act_min;
    int8_t act_max;
} mite_band_mean_t;
typedef char mite_band_mean_t_size[sizeof(mite_band_mean_t) == 32 ? 1 : -1];

// filter: int8 [out_c, kernel_h * kernel_w * (in_c / groups)]. channels: i32 bias[out_c], i32 multiplier[n], i8 shift[n]; n is out_c, or 1 with flag 1. Flag 2: 64-bit sums, i32 upper half of each bias in front of all that, and the 16-bit multipliers of scale_wide.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input; // int16 [batches, in_h, in_w, in_c]
    mite_ref_t output; // int16 [batches, out_h, out_w, out_c]
    mite_ref_t filter;
    mite_ref_t channels;
    uint16_t batches;
    uint16_t in_h;
    uint16_t in_w;
    uint16_t in_c;
    uint16_t out_h;
    uint16_t out_w;
    uint16_t out_c;
    uint16_t groups;
    uint16_t pad_top;
    uint16_t pad_left;
    uint8_t kernel_h;
    uint8_t kernel_w;
    uint8_t stride_h;
    uint8_t stride_w;
    uint8_t dilation_h;
    uint8_t dilation_w;
    int16_t act_min;
    int16_t act_max;
    uint16_t reserved; // 0
} mite_conv_2d_s16_t;
typedef char mite_conv_2d_s16_t_size[sizeof(mite_conv_2d_s16_t) == 52 ? 1 : -1];

// out = f(a, b) of int16 numbers. The flags say which function: 0 ADD, 1 SUB, 2 MUL, 3 MAXIMUM, 4 MINIMUM, 5 SQUARED_DIFFERENCE, 6 EQUAL, 7 NOT_EQUAL, 8 LESS, 9 LESS_EQUAL, 10 GREATER, 11 GREATER_EQUAL. Comparisons write a byte 0 or 1. Dimensions and strides as for ADD.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t a;
    mite_ref_t b;
    mite_ref_t output; // int16 or bool, dense
    int32_t a_multiplier;
    int32_t b_multiplier;
    int32_t output_multiplier;
    uint32_t dims[4]; // outermost first
    uint32_t a_strides[4]; // in bytes
    uint32_t b_strides[4]; // in bytes
    int8_t a_shift;
    int8_t b_shift;
    int8_t output_shift;
    uint8_t left_shift; // of both inputs, before they are requantized
    int16_t a_zero_point;
    int16_t b_zero_point;
    int16_t output_zero_point;
    int16_t act_min;
    int16_t act_max;
    uint16_t reserved; // 0
} mite_binary_s16_t;
typedef char mite_binary_s16_t_size[sizeof(mite_binary_s16_t) == 92 ? 1 : -1];

// Mean of the taps inside the picture, rounded half away from zero; with flag 1 the largest of them.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input; // int16 [batches, in_h, in_w, channels]
    mite_ref_t output; // int16 [batches, out_h, out_w, channels]
    uint16_t batches;
    uint16_t in_h;
    uint16_t in_w;
    uint16_t channels;
    uint16_t out_h;
    uint16_t out_w;
    uint16_t pad_top;
    uint16_t pad_left;
    uint16_t kernel_h;
    uint16_t kernel_w;
    uint8_t stride_h;
    uint8_t stride_w;
    int16_t act_min;
    int16_t act_max;
    uint16_t reserved; // 0
} mite_pool_s16_t;
typedef char mite_pool_s16_t_size[sizeof(mite_pool_s16_t) == 40 ? 1 : -1];

// out = clamp(scale(x, m, s) + output_zero_point) of x = in - input_zero_point, with other m and s where x is below 0. Between int8, int16 and int32. Flag 1: of the magnitude of x.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input;
    mite_ref_t output;
    uint32_t count;
    int32_t multiplier;
    int32_t negative_multiplier;
    int32_t input_zero_point;
    int32_t output_zero_point;
    int32_t act_min;
    int32_t act_max;
    int8_t shift;
    int8_t negative_shift;
    uint8_t input_bytes; // of an element: 1, 2 or 4
    uint8_t output_bytes;
} mite_rescale_t;
typedef char mite_rescale_t_size[sizeof(mite_rescale_t) == 44 ? 1 : -1];

// The logistic function, or with flag 1 the hyperbolic tangent, of (in * multiplier + half) / 2^shift, by a table with a straight line between its entries: 512 steps for one entry, for the tangent 256. Output scale 1/32768.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input; // int16
    mite_ref_t output; // int16
    mite_ref_t table; // as for LSTM
    uint32_t count;
    int32_t multiplier; // 0 to 65535
    uint8_t shift;
    uint8_t reserved; // 0
    uint16_t reserved2; // 0
} mite_sigmoid_s16_t;
typedef char mite_sigmoid_s16_t_size[sizeof(mite_sigmoid_s16_t) == 28 ? 1 : -1];

// Along the last dimension, by two tables with 128 steps for one entry; output scale 1/32768.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input; // int16 [rows, depth]
    mite_ref_t output; // int16 [rows, depth]
    mite_ref_t tables; // i16[513] of exp(x), x from -10 to 0, then i16[513] of 1 / (1 + x), x from 0 to 1
    uint32_t rows;
    uint32_t depth; // at most 65535
    int32_t multiplier; // input scale * beta / (10 / 65535)
    int8_t shift;
    uint8_t reserved; // 0
    uint16_t reserved2; // 0
} mite_softmax_s16_t;
typedef char mite_softmax_s16_t_size[sizeof(mite_softmax_s16_t) == 32 ? 1 : -1];

// One number of each group of int16 numbers. The flags say which: 0 MEAN, 1 MAX, 2 MIN. MEAN as the op MEAN.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input; // int16
    mite_ref_t output; // int16, dense over the kept dimensions
    uint32_t kept[3]; // dimensions that stay, outermost first
    uint32_t kept_strides[3]; // in bytes, in the input
    uint32_t reduced[3]; // dimensions of a group
    uint32_t reduced_strides[3]; // in bytes, in the input
    int32_t multiplier; // MEAN only, like all that follows
    int32_t offset; // -count * input_zero_point
    int16_t output_zero_point;
    int8_t shift;
    uint8_t reserved; // 0
} mite_reduce_s16_t;
typedef char mite_reduce_s16_t_size[sizeof(mite_reduce_s16_t) == 72 ? 1 : -1];

// As BATCH_MATMUL, with 64-bit sums and scale_wide.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t a; // int16
    mite_ref_t b; // int16
    mite_ref_t output; // int16 [batches, rows, columns]
    uint32_t dims[6]; // batch dimensions (up to three), rows, columns, depth
    uint32_t a_strides[6]; // in bytes, along each of them
    uint32_t b_strides[6];
    int32_t multiplier;
    int8_t shift;
    uint8_t reserved; // 0
    uint16_t reserved2; // 0
} mite_batch_matmul_s16_t;
typedef char mite_batch_matmul_s16_t_size[sizeof(mite_batch_matmul_s16_t) == 96 ? 1 : -1];

// As LSTM, with int16 activations, whose products with the weights have 64-bit sums and scale_wide. In `weights` the lower and the upper halves of the input's biases stand where LSTM has those of input and hidden state.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input;
    mite_ref_t output;
    mite_ref_t hidden; // [batches, units], as the output, in the state
    mite_ref_t cell; // int16 [batches, units], in the state
    mite_ref_t weights; // i32 input_bias[4][units], i32 hidden_bias[4][units], i8 input_weights[4][units][inputs], i8 hidden_weights[4][units][units]; the zero points are folded into the biases
    mite_ref_t table; // u16[256]: the logistic function of i / 24, times 65536
    mite_ref_t scratch; // for the four gates
    uint32_t scratch_bytes;
    uint32_t batches;
    uint32_t steps;
    uint32_t inputs;
    uint32_t units;
    uint32_t input_strides[2]; // in bytes: from batch to batch, from step to step
    uint32_t output_strides[2];
    int32_t input_multiplier[4]; // of each gate
    int32_t hidden_multiplier[4]; // of each gate
    int32_t forget_multiplier; // cell * forget gate
    int32_t update_multiplier; // input gate * cell gate
    int32_t output_multiplier; // tanh(cell) * output gate
    int32_t tanh_multiplier; // cell to the table's steps
    int8_t input_shift[4];
    int8_t hidden_shift[4];
    int8_t forget_shift;
    int8_t update_shift;
    int8_t output_shift;
    uint8_t tanh_shift; // to the right
    int16_t cell_clip; // 0: none
    int8_t output_zero_point;
    uint8_t reserved; // 0
} mite_lstm_s16_t;
typedef char mite_lstm_s16_t_size[sizeof(mite_lstm_s16_t) == 132 ? 1 : -1];

// out = table[x] for x = in / 128 from -256 on, with a straight line between its entries.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input; // int16
    mite_ref_t output; // int16
    mite_ref_t table; // i16[513]
    uint32_t count;
} mite_table_s16_t;
typedef char mite_table_s16_t_size[sizeof(mite_table_s16_t) == 20 ? 1 : -1];

// out = clamp(sum of x * w + bias). Taps are summed in the filter's order; those outside of the picture are left out.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input; // float32 [batches, in_h, in_w, in_c]
    mite_ref_t output; // float32 [batches, out_h, out_w, out_c]
    mite_ref_t filter; // float32 [out_c, kernel_h, kernel_w, in_c / groups]
    mite_ref_t bias; // float32 [out_c]
    uint16_t batches;
    uint16_t in_h;
    uint16_t in_w;
    uint16_t in_c;
    uint16_t out_h;
    uint16_t out_w;
    uint16_t out_c;
    uint16_t pad_top;
    uint16_t pad_left;
    uint16_t groups;
    uint8_t kernel_h;
    uint8_t kernel_w;
    uint8_t stride_h;
    uint8_t stride_w;
    uint8_t dilation_h;
    uint8_t dilation_w;
    uint16_t reserved; // 0
    float act_min; // fused activation
    float act_max;
} mite_conv_2d_f32_t;
typedef char mite_conv_2d_f32_t_size[sizeof(mite_conv_2d_f32_t) == 56 ? 1 : -1];

// out[n, i, j] = clamp(sum over k of a[n, i, k] * b[n, k, j] + bias[j]). Strides also say what is transposed or broadcast. Flag 1: there is a bias.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t a; // float32
    mite_ref_t b; // float32
    mite_ref_t output; // float32 [batches, rows, columns]
    mite_ref_t bias; // float32 [columns]
    uint32_t dims[6]; // batch dimensions (up to three), rows, columns, depth
    uint32_t a_strides[6]; // in bytes, along each of them
    uint32_t b_strides[6];
    float act_min; // fused activation
    float act_max;
} mite_matmul_f32_t;
typedef char mite_matmul_f32_t_size[sizeof(mite_matmul_f32_t) == 100 ? 1 : -1];

// out = clamp(f(a, b)) of float32 numbers. The flags say which function: 0 ADD, 1 SUB, 2 MUL, 3 DIV, 4 MAXIMUM, 5 MINIMUM, 6 SQUARED_DIFFERENCE, 7 FLOOR_DIV, 8 FLOOR_MOD, 9 POW, 10 PRELU, 11 EQUAL, 12 NOT_EQUAL, 13 LESS, 14 LESS_EQUAL, 15 GREATER, 16 GREATER_EQUAL. Comparisons write a byte 0 or 1. Dimensions and strides as for ADD.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t a;
    mite_ref_t b;
    mite_ref_t output; // float32 or bool, dense
    uint32_t dims[4]; // outermost first
    uint32_t a_strides[4]; // in bytes
    uint32_t b_strides[4]; // in bytes
    float act_min; // fused activation
    float act_max;
} mite_binary_f32_t;
typedef char mite_binary_f32_t_size[sizeof(mite_binary_f32_t) == 72 ? 1 : -1];

// out = f(in) of float32 numbers. The flags say which function: 0 CLAMP, 1 LEAKY_RELU, 2 ABS, 3 NEG, 4 SQUARE, 5 SIGN, 6 FLOOR, 7 CEIL, 8 ROUND, 9 SQRT, 10 RSQRT, 11 EXP, 12 LOG, 13 SIN, 14 COS, 15 TANH, 16 LOGISTIC, 17 ELU, 18 HARD_SWISH, 19 GELU, 20 GELU_TANH.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input;
    mite_ref_t output;
    uint32_t count;
    float low; // of CLAMP; the slope of LEAKY_RELU
    float high; // of CLAMP
} mite_unary_f32_t;
typedef char mite_unary_f32_t_size[sizeof(mite_unary_f32_t) == 24 ? 1 : -1];

// Of the taps inside the picture. The flags say what: 0 AVERAGE, 1 MAX, 2 L2 (root of the mean square).
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input; // float32 [batches, in_h, in_w, channels]
    mite_ref_t output; // float32 [batches, out_h, out_w, channels]
    uint16_t batches;
    uint16_t in_h;
    uint16_t in_w;
    uint16_t channels;
    uint16_t out_h;
    uint16_t out_w;
    uint16_t pad_top;
    uint16_t pad_left;
    uint16_t kernel_h;
    uint16_t kernel_w;
    uint8_t stride_h;
    uint8_t stride_w;
    uint16_t reserved; // 0
    float act_min; // fused activation
    float act_max;
} mite_pool_2d_f32_t;
typedef char mite_pool_2d_f32_t_size[sizeof(mite_pool_2d_f32_t) == 44 ? 1 : -1];

// Along the last dimension. The flags say what: 0 SOFTMAX, 1 LOG_SOFTMAX, 2 L2_NORMALIZATION.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input; // float32 [rows, depth]
    mite_ref_t output; // float32 [rows, depth]
    uint32_t rows;
    uint32_t depth;
    float beta; // SOFTMAX
} mite_rows_f32_t;
typedef char mite_rows_f32_t_size[sizeof(mite_rows_f32_t) == 24 ? 1 : -1];

// One number of each group of float32 numbers. The flags say which: 0 MEAN, 1 SUM, 2 MAX, 3 MIN, 4 ARG_MAX, 5 ARG_MIN. ARG_MAX and ARG_MIN write the index of the first such number as an int32.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input; // float32
    mite_ref_t output; // dense over the kept dimensions
    uint32_t kept[3]; // dimensions that stay, outermost first
    uint32_t kept_strides[3]; // in bytes, in the input
    uint32_t reduced[3]; // dimensions of a group
    uint32_t reduced_strides[3]; // in bytes, in the input
} mite_reduce_f32_t;
typedef char mite_reduce_f32_t_size[sizeof(mite_reduce_f32_t) == 60 ? 1 : -1];

// Along the middle dimension the sum of the numbers so far. Flags: 1 without the number itself, 2 from the end on.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input; // float32 [outer, size, inner]
    mite_ref_t output; // float32 [outer, size, inner]
    uint32_t outer;
    uint32_t size;
    uint32_t inner;
} mite_cumsum_f32_t;
typedef char mite_cumsum_f32_t_size[sizeof(mite_cumsum_f32_t) == 24 ? 1 : -1];

// Of the four pixels around. Flag 1: half-pixel centres.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input; // float32 [batches, in_h, in_w, channels]
    mite_ref_t output; // float32 [batches, out_h, out_w, channels]
    uint16_t batches;
    uint16_t in_h;
    uint16_t in_w;
    uint16_t channels;
    uint16_t out_h;
    uint16_t out_w;
    float scale_h; // input rows for one output row
    float scale_w;
} mite_resize_bilinear_f32_t;
typedef char mite_resize_bilinear_f32_t_size[sizeof(mite_resize_bilinear_f32_t) == 32 ? 1 : -1];

// Gates in the order input, forget, cell, output.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input; // float32
    mite_ref_t output; // float32
    mite_ref_t hidden; // float32 [batches, units], in the state
    mite_ref_t cell; // float32 [batches, units], in the state
    mite_ref_t weights; // f32 bias[4][units], f32 input_weights[4][units][inputs], f32 hidden_weights[4][units][units]
    mite_ref_t scratch; // for the four gates
    uint32_t scratch_bytes;
    uint32_t batches;
    uint32_t steps;
    uint32_t inputs;
    uint32_t units;
    uint32_t input_strides[2]; // in bytes: from batch to batch, from step to step
    uint32_t output_strides[2];
    float cell_clip; // 0: none
} mite_lstm_f32_t;
typedef char mite_lstm_f32_t_size[sizeof(mite_lstm_f32_t) == 68 ? 1 : -1];

// A row of `memory` numbers for each filter, shifted by one, its newest the product of input and feature weights; the sums of `rank` filters' products with their time weights, and a bias, clamped.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input; // float32 [batches, inputs]
    mite_ref_t output; // float32 [batches, units]
    mite_ref_t state; // float32 [batches, units * rank, memory]
    mite_ref_t feature_weights; // float32 [units * rank, inputs]
    mite_ref_t time_weights; // float32 [units * rank, memory]
    mite_ref_t bias; // float32 [units]
    uint32_t batches;
    uint32_t inputs;
    uint32_t units;
    uint16_t rank;
    uint16_t memory;
    float act_min; // fused activation
    float act_max;
} mite_svdf_f32_t;
typedef char mite_svdf_f32_t_size[sizeof(mite_svdf_f32_t) == 52 ? 1 : -1];

// out = clamp(f(a, b)) of plain numbers. The flags say which function: 0 ADD, 1 SUB, 2 MUL, 3 DIV, 4 FLOOR_DIV, 5 FLOOR_MOD, 6 SQUARED_DIFFERENCE, 7 MAXIMUM, 8 MINIMUM, 9 POW, 10 POW_WRAPPING, 11 ABS, 12 SIGN, 13 BITWISE_XOR, 14 RIGHT_SHIFT, 15 EQUAL, 16 NOT_EQUAL, 17 LESS, 18 LESS_EQUAL, 19 GREATER, 20 GREATER_EQUAL. Computed in 64 bits and cut to the type, so it wraps; what is divided by zero is 0; a POW that leaves int32 is -2^31, a POW_WRAPPING wraps; a shift counts from 0 to the type's bits - 1. ABS and SIGN are of a alone. Comparisons write a byte 0 or 1. Dimensions and strides as for ADD.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t a;
    mite_ref_t b;
    mite_ref_t output; // of the same type, or bool; dense
    uint32_t dims[4]; // outermost first
    uint32_t a_strides[4]; // in bytes
    uint32_t b_strides[4]; // in bytes
    int32_t act_min; // the smallest int32: there is no bound
    int32_t act_max; // the largest int32: there is no bound
    uint8_t dtype; // of a and b, an integer or bool
    uint8_t reserved; // 0
    uint16_t reserved2; // 0
} mite_integer_t;
typedef char mite_integer_t_size[sizeof(mite_integer_t) == 76 ? 1 : -1];

// One number of each group of plain numbers. The flags say which: 0 SUM, 1 PROD, 2 MAX, 3 MIN, 4 MEAN, 5 ARG_MAX, 6 ARG_MIN. In 64 bits, cut to the output's type. MEAN is rounded towards zero; ARG_MAX and ARG_MIN are the index of the first such number.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input;
    mite_ref_t output; // dense over the kept dimensions
    uint32_t kept[3]; // dimensions that stay, outermost first
    uint32_t kept_strides[3]; // in bytes, in the input
    uint32_t reduced[3]; // dimensions of a group
    uint32_t reduced_strides[3]; // in bytes, in the input
    uint8_t dtype; // of the input, an integer or bool
    uint8_t output_dtype;
    uint16_t reserved; // 0
} mite_integer_reduce_t;
typedef char mite_integer_reduce_t_size[sizeof(mite_integer_reduce_t) == 64 ? 1 : -1];

// Each number in another type. Integers are cut to fewer bits; float32 to integers goes towards zero and saturates, and what is no number is 0; integers to float32 go to the nearest, ties to even; bool is 0 or 1, and 1 for all that is not 0.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input;
    mite_ref_t output;
    uint32_t count;
    uint8_t dtype; // of the input
    uint8_t output_dtype;
    uint16_t reserved; // 0
} mite_cast_t;
typedef char mite_cast_t_size[sizeof(mite_cast_t) == 20 ? 1 : -1];

// out = condition ? a : b, elements of `size` bytes. Dimensions and strides as for ADD.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t condition; // bool
    mite_ref_t a;
    mite_ref_t b;
    mite_ref_t output; // dense
    uint32_t dims[4]; // outermost first
    uint32_t condition_strides[4]; // in bytes
    uint32_t a_strides[4]; // in bytes
    uint32_t b_strides[4]; // in bytes
    uint32_t size; // 1, 2, 4 or 8
} mite_select_t;
typedef char mite_select_t_size[sizeof(mite_select_t) == 88 ? 1 : -1];

// Running sums along the middle dimension. Flags: EXCLUSIVE (1) leaves each element's own number out, REVERSE (2) begins at the end. int32 and int64 as they are; int8: each x - zero point is shifted left by 20 bits and requantized before it is added to a sum that begins with the same of a 0, and each sum requantized to the output.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input; // [outer, size, inner]
    mite_ref_t output; // the same
    uint32_t outer;
    uint32_t size;
    uint32_t inner;
    int32_t multiplier; // int8 only, like all that follows but dtype
    int32_t output_multiplier;
    int8_t shift;
    int8_t output_shift;
    int8_t zero_point;
    int8_t output_zero_point;
    uint8_t dtype; // int8, int32 or int64
    uint8_t reserved; // 0
    uint16_t reserved2; // 0
} mite_cumsum_t;
typedef char mite_cumsum_t_size[sizeof(mite_cumsum_t) == 40 ? 1 : -1];

// The indices of the k largest numbers of each row, the largest first; of equal ones the first comes first.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input; // [rows, depth]
    mite_ref_t output; // int32 [rows, k]
    uint32_t rows;
    uint32_t depth;
    uint32_t k; // at most depth
    uint8_t dtype; // of the input: any but float64
    uint8_t reserved; // 0
    uint16_t reserved2; // 0
} mite_topk_t;
typedef char mite_topk_t_size[sizeof(mite_topk_t) == 28 ? 1 : -1];

// Zeros, and then out[indices[i]] += updates[i], slices of `inner` numbers. An index that is out of range is passed by.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t indices; // int32 [count]
    mite_ref_t updates; // [count, inner]
    mite_ref_t output; // [size, inner]
    uint32_t count;
    uint32_t size;
    uint32_t inner;
    uint8_t dtype; // an integer, bool or float32
    uint8_t reserved; // 0
    uint16_t reserved2; // 0
} mite_scatter_t;
typedef char mite_scatter_t_size[sizeof(mite_scatter_t) == 32 ? 1 : -1];

// A box in a larger tensor, from an index on that is computed. The flags say what is done: 0 READ it into the dense output; 1 WRITE the dense input over it. An index that would lead outside counts as the nearest that does not.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input; // the larger tensor, or what is written to it
    mite_ref_t begin; // the index: int32 or int64 (begin_size 8), one for each dimension from `first` on
    mite_ref_t output;
    uint32_t dims[6]; // of the larger tensor, outermost first
    uint32_t box[6]; // of the box
    uint32_t itemsize; // bytes of an element
    uint8_t begin_size; // 4 or 8
    uint8_t first; // leading dimensions that are not in use, and 1
    uint16_t reserved; // 0
} mite_window_t;
typedef char mite_window_t_size[sizeof(mite_window_t) == 72 ? 1 : -1];

// As CONV_2D, with x * (w - filter_zero_point) in the sums and in the biases; output channel c reads `channels_in` input channels from first[c] on. Meant for the few output channels whose weights do not fit int8. filter: int8 [out_c, kernel_h, kernel_w, channels_in]. No scratch memory is used.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input; // int8 [batches, in_h, in_w, in_c]
    mite_ref_t output; // int8 [batches, out_h, out_w, out_c]
    mite_ref_t filter;
    mite_ref_t channels; // the block of biases, multipliers and shifts
    mite_ref_t scratch; // memory that the kernel may use while it runs
    uint32_t scratch_bytes;
    uint16_t batches;
    uint16_t in_h;
    uint16_t in_w;
    uint16_t in_c;
    uint16_t out_h;
    uint16_t out_w;
    uint16_t out_c;
    uint16_t pad_top;
    uint16_t pad_left;
    uint8_t kernel_h;
    uint8_t kernel_w;
    uint8_t stride_h;
    uint8_t stride_w;
    uint8_t dilation_h;
    uint8_t dilation_w;
    int16_t input_zero_point; // what a tap outside of the picture reads
    int16_t output_zero_point;
    int16_t act_min; // fused activation, as quantized bounds
    int16_t act_max;
    uint16_t channels_in; // that an output channel reads
    int16_t filter_zero_point;
    mite_ref_t first; // u16[out_c], a constant
} mite_conv_2d_asymmetric_t;
typedef char mite_conv_2d_asymmetric_t_size[sizeof(mite_conv_2d_asymmetric_t) == 68 ? 1 : -1];

// As AVERAGE_POOL_2D, but halves are rounded up.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input; // int8 [batches, in_h, in_w, channels]
    mite_ref_t output; // int8 [batches, out_h, out_w, channels]
    uint16_t batches;
    uint16_t in_h;
    uint16_t in_w;
    uint16_t channels;
    uint16_t out_h;
    uint16_t out_w;
    uint16_t pad_top;
    uint16_t pad_left;
    uint16_t kernel_h;
    uint16_t kernel_w;
    uint8_t stride_h;
    uint8_t stride_w;
    int8_t act_min;
    int8_t act_max;
} mite_average_pool_2d_up_t;
typedef char mite_average_pool_2d_up_t_size[sizeof(mite_average_pool_2d_up_t) == 36 ? 1 : -1];

// out = lowest + how many of the steps are not above bias + sum(x * (w - filter_zero_point)). The steps rise: any function of a sum that never falls can be said so, however it is rounded.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input; // int8 [batches, depth]
    mite_ref_t output; // int8 [batches, outputs]
    mite_ref_t filter; // int8 [outputs, depth]
    mite_ref_t bias; // i32[outputs], the input's zero point folded in
    mite_ref_t steps; // i32[count]
    uint32_t batches;
    uint32_t depth;
    uint32_t outputs;
    int16_t filter_zero_point;
    uint8_t count;
    int8_t lowest;
} mite_fully_connected_steps_t;
typedef char mite_fully_connected_steps_t_size[sizeof(mite_fully_connected_steps_t) == 40 ? 1 : -1];

// As CONV_2D, with the filter's numbers in four bits: two to a byte, the lower half first; rows padded to a multiple of 4 numbers. Some rows at a time are spread out in scratch memory and meet every pixel.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input; // int8 [batches, in_h, in_w, in_c]
    mite_ref_t output; // int8 [batches, out_h, out_w, out_c]
    mite_ref_t filter;
    mite_ref_t channels; // the block of biases, multipliers and shifts
    mite_ref_t scratch; // memory that the kernel may use while it runs
    uint32_t scratch_bytes;
    uint16_t batches;
    uint16_t in_h;
    uint16_t in_w;
    uint16_t in_c;
    uint16_t out_h;
    uint16_t out_w;
    uint16_t out_c;
    uint16_t pad_top;
    uint16_t pad_left;
    uint8_t kernel_h;
    uint8_t kernel_w;
    uint8_t stride_h;
    uint8_t stride_w;
    uint8_t dilation_h;
    uint8_t dilation_w;
    int16_t input_zero_point; // what a tap outside of the picture reads
    int16_t output_zero_point;
    int16_t act_min; // fused activation, as quantized bounds
    int16_t act_max;
    uint16_t groups;
    uint16_t reserved; // 0
} mite_conv_2d_int4_t;
typedef char mite_conv_2d_int4_t_size[sizeof(mite_conv_2d_int4_t) == 64 ? 1 : -1];

// As DEPTHWISE_CONV_2D, with the filter's numbers in four bits: two to a byte, the lower half first. It is spread out in scratch memory.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input; // int8 [batches, in_h, in_w, in_c]
    mite_ref_t output; // int8 [batches, out_h, out_w, out_c]
    mite_ref_t filter;
    mite_ref_t channels; // the block of biases, multipliers and shifts
    mite_ref_t scratch; // memory that the kernel may use while it runs
    uint32_t scratch_bytes;
    uint16_t batches;
    uint16_t in_h;
    uint16_t in_w;
    uint16_t in_c;
    uint16_t out_h;
    uint16_t out_w;
    uint16_t out_c;
    uint16_t pad_top;
    uint16_t pad_left;
    uint8_t kernel_h;
    uint8_t kernel_w;
    uint8_t stride_h;
    uint8_t stride_w;
    uint8_t dilation_h;
    uint8_t dilation_w;
    int16_t input_zero_point; // what a tap outside of the picture reads
    int16_t output_zero_point;
    int16_t act_min; // fused activation, as quantized bounds
    int16_t act_max;
    uint16_t multiplier; // out_c / in_c
    uint16_t reserved; // 0
} mite_depthwise_conv_2d_int4_t;
typedef char mite_depthwise_conv_2d_int4_t_size[sizeof(mite_depthwise_conv_2d_int4_t) == 64 ? 1 : -1];

// As RESIZE_BILINEAR_F32, of x + 128: the sum and a half, without its fraction, less 128.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input; // int8 [batches, in_h, in_w, channels]
    mite_ref_t output; // int8 [batches, out_h, out_w, channels]
    uint16_t batches;
    uint16_t in_h;
    uint16_t in_w;
    uint16_t channels;
    uint16_t out_h;
    uint16_t out_w;
    float scale_h; // input rows for one output row
    float scale_w;
} mite_resize_bilinear_up_t;
typedef char mite_resize_bilinear_up_t_size[sizeof(mite_resize_bilinear_up_t) == 32 ? 1 : -1];

// Where the byte `condition` is 0, the record at `target` is next; else the one behind this. A constant byte 0 makes it always so.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t condition; // bool
    uint32_t target; // byte offset of an op record in the image, or of what comes behind the last one: the inference ends
} mite_jump_t;
typedef char mite_jump_t_size[sizeof(mite_jump_t) == 12 ? 1 : -1];

// Something that the program around the interpreter does: a function in Python or C, found by its name. Behind the record's own fields come, as part of it, the records of its input tensors and then of its outputs, each followed by its dimensions, as at the begin of the image; an input that is left out has no bytes and the space 3. Flag 1: the options are a FlexBuffers map.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t name; // UTF-8, without a terminator
    mite_ref_t options; // as the .tflite file has them
    uint32_t options_bytes;
    uint16_t number; // of those in this image: which function
    uint8_t name_bytes;
    uint8_t inputs; // number of input tensors
    uint8_t outputs; // number of output tensors
    uint8_t reserved; // 0
    uint16_t reserved2; // 0
} mite_custom_t;
typedef char mite_custom_t_size[sizeof(mite_custom_t) == 24 ? 1 : -1];

// Non-maximum suppression. Flag 1: class by class, up to per_class boxes of each, the best max_detections of all; else by each box's best score, with its best `categories` classes. Flag 2: boxes and anchors are int8, flag 4: scores are; else float32. Where equal scores meet, the first box comes first, and of one class a box the first class. A box is (y, x, h, w) by its anchor: center y / y_scale * anchor_h + anchor_y, half a height exp(h / h_scale) / 2 * anchor_h. Scratch memory: a bit for each box and, if it is large enough for that, all boxes decoded.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t boxes; // [count, box_size], of which the first four numbers are used
    mite_ref_t scores; // [count, score_size], of which the last `classes` are used
    mite_ref_t anchors; // [count, 4]: y, x, h, w
    mite_ref_t output_boxes; // float32 [max_detections * categories_most, 4]: ymin, xmin, ymax, xmax; 0 behind the last detection, here and below
    mite_ref_t output_classes; // float32 [max_detections * categories_most]
    mite_ref_t output_scores; // float32, likewise
    mite_ref_t output_count; // float32: how many detections
    mite_ref_t scratch;
    uint32_t scratch_bytes;
    uint32_t count;
    uint32_t box_size;
    uint32_t score_size;
    uint32_t classes;
    uint32_t max_detections;
    uint32_t categories_most; // room for classes of one detection
    uint32_t per_class;
    float score_threshold;
    float overlap_threshold; // intersection over union, above which the box with the lower score goes
    float box_scales[4]; // y_scale, x_scale, h_scale, w_scale
    float scales[3]; // of boxes, scores and anchors, where they are int8
    int32_t zero_points[3]; // likewise
} mite_detection_t;
typedef char mite_detection_t_size[sizeof(mite_detection_t) == 116 ? 1 : -1];

// COPY in a short record: `count` times `run` bytes from input to output.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input;
    mite_ref_t output;
    uint32_t run; // bytes copied at once
    uint32_t count;
    int32_t input_stride; // in bytes; 0 where count is 1
    int32_t output_stride; // in bytes; 0 where count is 1
} mite_copy_rows_t;
typedef char mite_copy_rows_t_size[sizeof(mite_copy_rows_t) == 28 ? 1 : -1];

// A FULLY_CONNECTED of a picture that comes in bands of rows: sums += filter * band. Flag 4, with the last band: the sums become the output, as those of FULLY_CONNECTED.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input; // int8 [depth]: a band
    mite_ref_t sums; // int32 [outputs]
    mite_ref_t output; // the same place as sums; with flag 4 int8 [outputs], elsewhere
    mite_ref_t filter; // int8 [outputs, row]
    mite_ref_t channels; // as for CONV_2D
    uint32_t depth;
    uint32_t outputs;
    uint32_t first; // where in a row of the filter the band's weights begin
    uint32_t row;
    int16_t output_zero_point;
    int16_t act_min;
    int16_t act_max;
    uint16_t reserved; // 0
} mite_band_dense_t;
typedef char mite_band_dense_t_size[sizeof(mite_band_dense_t) == 48 ? 1 : -1];

// As CONV_2D of one picture, 3x3 taps and stride 1, for multiples of 4 input and of 2 output channels, PACKED; by Winograd's F(2x2, 3x3). filter: int16 [out_c / 2, 16, in_c / 4, 2, 2, 2], U = (2G) g (2G)' at 16 positions, G = [[1, 0, 0], [1, 1, 1] / 2, [1, -1, 1] / 2, [0, 0, 1]]. Of four input channels 0 and 2 come first, then 1 and 3; in front of that the output channel of the pair.
typedef struct {
    uint8_t op; // op number
    uint8_t flags; // per op
    uint16_t bytes; // length of the whole record
    mite_ref_t input; // int8 [batches, in_h, in_w, in_c]
    mite_ref_t output; // int8 [batches, out_h, out_w, out_c]
    mite_ref_t filter;
    mite_ref_t channels; // the block of biases, multipliers and shifts
    mite_ref_t scratch; // memory that the kernel may use while it runs
    uint32_t scratch_bytes;
    uint16_t batches;
    uint16_t in_h;
    uint16_t in_w;
    uint16_t in_c;
    uint16_t out_h;
    uint16_t out_w;
    uint16_t out_c;
    uint16_t pad_top;
    uint16_t pad_left;
    uint8_t kernel_h;
    uint8_t kernel_w;
    uint8_t stride_h;
    uint8_t stride_w;
    uint8_t dilation_h;
    uint8_t dilation_w;
    int16_t input_zero_point; // what a tap outside of the picture reads
    int16_t output_zero_point;
    int16_t act_min; // fused activation, as quantized bounds
    int16_t act_max;
    uint16_t groups; // 1
    uint16_t reserved; // 0
} mite_conv_2d_winograd_t;
typedef char mite_conv_2d_winograd_t_size[sizeof(mite_conv_2d_winograd_t) == 64 ? 1 : -1];

#endif
