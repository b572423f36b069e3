// _mite.Picture and _mite's functions of boxes. `mite.vision` is what users see; it knows the structures that come here as bytes.

#include "../vision/boxes.h"
#include "../vision/picture.h"
#include "binding.h"

#include <string.h>

typedef struct {
    mp_obj_base_t base;
    mite_picture_t *picture;
} picture_t;

static void raise_number(mp_int_t number) {
    mp_obj_t what[1] = {MP_OBJ_NEW_SMALL_INT(number)};
    binding_raise(1, what);
}

// A structure, from a buffer of just its size.
static void take(mp_obj_t from, void *to, size_t bytes) {
    mp_buffer_info_t buffer;
    mp_get_buffer_raise(from, &buffer, MP_BUFFER_READ);
    if (buffer.len != bytes) {
        mp_raise_ValueError(MP_ERROR_TEXT("configuration"));
    }
    memcpy(to, buffer.buf, bytes);
}

// Picture(config): the bytes of a mite_picture_config_t.
mp_obj_t mite_picture_make(const mp_obj_type_t *type, size_t n_args, size_t n_kw, const mp_obj_t *args) {
    mp_arg_check_num(n_args, n_kw, 1, 1, false);
    mite_picture_config_t config;
    take(args[0], &config, sizeof(config));
    int32_t bytes = mite_picture_bytes(&config);
    if (bytes < 0) {
        raise_number(bytes);
    }
    picture_t *self = mp_obj_malloc(picture_t, type);
    self->picture = NULL; // the next allocation may collect garbage
    self->picture = m_malloc((size_t)bytes);
    mite_picture_init(self->picture, &config);
    return MP_OBJ_FROM_PTR(self);
}

// rows(frame, numbers, entry_bytes, first, out)
static mp_obj_t picture_rows(size_t n_args, const mp_obj_t *args) {
    (void)n_args;
    picture_t *self = MP_OBJ_TO_PTR(args[0]);
    mp_buffer_info_t frame, numbers, out;
    mp_get_buffer_raise(args[1], &frame, MP_BUFFER_READ);
    mp_get_buffer_raise(args[2], &numbers, MP_BUFFER_READ);
    mp_get_buffer_raise(args[5], &out, MP_BUFFER_WRITE);
    mite_picture_table_t table = {numbers.buf, (uint32_t)numbers.len, (uint32_t)mp_obj_get_int(args[3])};
    int wrong = mite_picture_rows(self->picture, frame.buf, frame.len, &table, (uint32_t)mp_obj_get_int(args[4]), out.buf, out.len);
    if (wrong) {
        raise_number(wrong);
    }
    return mp_const_none;
}
MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(mite_picture_rows_obj, 6, 6, picture_rows);

static mite_box_t *room(mp_obj_t object, uint32_t *count) {
    mp_buffer_info_t boxes;
    mp_get_buffer_raise(object, &boxes, MP_BUFFER_WRITE);
    if ((uintptr_t)boxes.buf % sizeof(int32_t)) {
        mp_raise_ValueError(MP_ERROR_TEXT("boxes lie at a multiple of 4"));
    }
    *count = (uint32_t)(boxes.len / sizeof(mite_box_t));
    return boxes.buf;
}

// grid(config, scores, work, boxes): how many boxes were written
static mp_obj_t grid(size_t n_args, const mp_obj_t *args) {
    (void)n_args;
    mite_boxes_grid_t config;
    take(args[0], &config, sizeof(config));
    mp_buffer_info_t scores, work;
    mp_get_buffer_raise(args[1], &scores, MP_BUFFER_READ);
    mp_get_buffer_raise(args[2], &work, MP_BUFFER_WRITE);
    uint32_t most;
    mite_box_t *boxes = room(args[3], &most);
    uint32_t bytes = mite_boxes_grid_bytes(&config);
    if (!bytes || scores.len != bytes || work.len / sizeof(uint16_t) < (uint32_t)config.height * config.width
        || (uintptr_t)work.buf % sizeof(uint16_t) || most < mite_boxes_grid_most(&config)) {
        mp_raise_ValueError(MP_ERROR_TEXT("grid"));
    }
    return MP_OBJ_NEW_SMALL_INT(mite_boxes_grid(&config, scores.buf, work.buf, boxes));
}
MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(mite_boxes_grid_obj, 4, 4, grid);

// heads(config, offsets, scores, anchors, boxes): how many boxes were written
static mp_obj_t heads(size_t n_args, const mp_obj_t *args) {
    (void)n_args;
    mite_boxes_heads_t config;
    take(args[0], &config, sizeof(config));
    mp_buffer_info_t offsets, scores, anchors;
    mp_get_buffer_raise(args[1], &offsets, MP_BUFFER_READ);
    mp_get_buffer_raise(args[2], &scores, MP_BUFFER_READ);
    mp_get_buffer_raise(args[3], &anchors, MP_BUFFER_READ);
    uint32_t most;
    mite_box_t *boxes = room(args[4], &most);
    if (!mite_boxes_heads_fit(&config, offsets.len, scores.len, anchors.len)) {
        mp_raise_ValueError(MP_ERROR_TEXT("heads"));
    }
    return MP_OBJ_NEW_SMALL_INT(mite_boxes_heads(&config, offsets.buf, scores.buf, anchors.buf, boxes, most));
}
MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(mite_boxes_heads_obj, 5, 5, heads);

// suppress(boxes, count, limit): how many boxes are left
static mp_obj_t suppress(mp_obj_t boxes_in, mp_obj_t count_in, mp_obj_t limit) {
    uint32_t most, count = (uint32_t)mp_obj_get_int(count_in);
    mite_box_t *boxes = room(boxes_in, &most);
    if (count > most) {
        mp_raise_ValueError(MP_ERROR_TEXT("boxes"));
    }
    return MP_OBJ_NEW_SMALL_INT(mite_boxes_suppress(boxes, count, (uint32_t)mp_obj_get_int(limit)));
}
MP_DEFINE_CONST_FUN_OBJ_3(mite_boxes_suppress_obj, suppress);
