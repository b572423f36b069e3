// A camera's frame to a model's input, in one pass and in integers only: crop, quarter turns, resize, colour, and a table from
// 0..255 to the numbers that the model wants. It allocates nothing: what it keeps is one block of memory of the caller.
#ifndef MITE_VISION_PICTURE_H
#define MITE_VISION_PICTURE_H

#include <stddef.h>
#include <stdint.h>

// How the pixels of a frame lie. firmware/mite/vision.py has the same numbers.
enum {
    MITE_PICTURE_RGB565_BE, // 16 bits, high byte first: as OV2640 and its like send them
    MITE_PICTURE_RGB565_LE, // 16 bits, low byte first
    MITE_PICTURE_RGB888,
    MITE_PICTURE_BGR888,
    MITE_PICTURE_GREY,
    MITE_PICTURE_YUYV, // YUV 4:2:2, full range: two pixels in four bytes
    MITE_PICTURE_UYVY,
    MITE_PICTURE_FORMATS
};

enum { MITE_PICTURE_NEAREST, MITE_PICTURE_BILINEAR, MITE_PICTURE_AREA, MITE_PICTURE_METHODS };

// Errors, as negative numbers; 0 is success. Each but the last two is a mistake in the configuration.
enum {
    MITE_PICTURE_ERROR_FORMAT = -1, // no such format, method, number of turns or of channels
    MITE_PICTURE_ERROR_SIZE = -2,   // a side is not 1 to MITE_PICTURE_MOST
    MITE_PICTURE_ERROR_CROP = -3,   // the crop is not within the frame
    MITE_PICTURE_ERROR_STRIDE = -4, // a row is longer than the stride, or the stride of a YUV frame no multiple of 4
    MITE_PICTURE_ERROR_FRAME = -5,  // the frame is too short
    MITE_PICTURE_ERROR_OUT = -6,    // table or output are of another size
};

enum { MITE_PICTURE_MOST = 4095 }; // pixels of a side: with it everything fits 32 bits

// Every field must be set.
typedef struct {
    uint32_t stride;              // bytes from a row of the frame to the next
    uint16_t width, height;       // of the frame, pixels
    uint16_t x, y;                // the crop's left upper corner in the frame
    uint16_t crop_width, crop_height;
    uint16_t out_width, out_height; // of what the crop becomes, after the turns
    uint8_t format, method;
    uint8_t turns;    // quarter turns clockwise, 0 to 3
    uint8_t channels; // of the output: 1 (grey) or 3 (RGB)
} mite_picture_config_t;

typedef struct mite_picture mite_picture_t;

// Bytes that a picture with this configuration needs, or a negative error.
int32_t mite_picture_bytes(const mite_picture_config_t *config);

// Makes a picture in `block` of mite_picture_bytes() bytes, aligned to 4. The configuration was found good by that.
void mite_picture_init(mite_picture_t *picture, const mite_picture_config_t *config);

// What the pixels become. `numbers` has 256 entries of `entry_bytes` (1, 2 or 4) each: one table for all channels, or one after
// another for each of three.
typedef struct {
    const uint8_t *numbers;
    uint32_t bytes;
    uint32_t entry_bytes;
} mite_picture_table_t;

// Writes whole rows of the output from row `first` on, as many as fill `out_bytes`, which must go up. 0, or a negative error.
int mite_picture_rows(const mite_picture_t *picture, const uint8_t *frame, size_t frame_bytes, const mite_picture_table_t *table,
                      uint32_t first, uint8_t *out, size_t out_bytes);

#endif
