// _mite.Frontend: sound to features. `mite.audio` is what users see.

#include "../audio/frontend.h"
#include "binding.h"

typedef struct {
    mp_obj_base_t base;
    mite_frontend_t *frontend;
    mp_int_t raw; // frames are uint16, not int8
} frontend_t;

// Frontend(stride_ms, raw)
mp_obj_t mite_frontend_make(const mp_obj_type_t *type, size_t n_args, size_t n_kw, const mp_obj_t *args) {
    mp_arg_check_num(n_args, n_kw, 2, 2, false);
    mp_int_t stride = mp_obj_get_int(args[0]);
    mite_frontend_config_t config;
    mite_frontend_defaults(&config);
    config.stride_ms = stride > 0 && stride < UINT16_MAX ? (uint16_t)stride : UINT16_MAX;
    int bytes = mite_frontend_bytes(&config);
    if (bytes < 0) {
        mp_raise_ValueError(MP_ERROR_TEXT("stride_ms"));
    }
    frontend_t *self = mp_obj_malloc(frontend_t, type);
    self->frontend = NULL; // the next allocation may collect garbage
    self->frontend = m_malloc((size_t)bytes);
    self->raw = mp_obj_get_int(args[1]);
    mite_frontend_init(self->frontend, (size_t)bytes, &config);
    return MP_OBJ_FROM_PTR(self);
}

// feed(samples, start, out, offset): takes samples from byte `start` on, until a window is full or there are no more. If one is
// full, writes its 40 features at byte `offset` of `out` and returns the byte to go on from; else returns -1.
static mp_obj_t frontend_feed(size_t n_args, const mp_obj_t *args) {
    (void)n_args;
    frontend_t *self = MP_OBJ_TO_PTR(args[0]);
    mp_buffer_info_t samples, out;
    mp_get_buffer_raise(args[1], &samples, MP_BUFFER_READ);
    mp_get_buffer_raise(args[3], &out, MP_BUFFER_WRITE);
    mp_int_t start = mp_obj_get_int(args[2]), offset = mp_obj_get_int(args[4]);
    uint16_t frame[MITE_FRONTEND_CHANNELS];
    mp_int_t bytes = self->raw ? (mp_int_t)sizeof(frame) : MITE_FRONTEND_CHANNELS;
    if (start < 0 || start > (mp_int_t)samples.len || offset < 0 || offset > (mp_int_t)out.len - bytes) {
        mp_raise_ValueError(MP_ERROR_TEXT("out of the buffer"));
    }
    bool full = false;
    size_t taken = mite_frontend_feed_bytes(self->frontend, (const uint8_t *)samples.buf + start, samples.len - (size_t)start,
                                            frame, &full);
    if (!full) {
        return MP_OBJ_NEW_SMALL_INT(-1);
    }
    if (self->raw) {
        uint8_t *to = (uint8_t *)out.buf + offset; // which may be odd
        for (mp_int_t i = 0; i < bytes; i++) {
            to[i] = ((const uint8_t *)frame)[i];
        }
    } else {
        mite_frontend_quantize(frame, (int8_t *)out.buf + offset, MITE_FRONTEND_CHANNELS);
    }
    return MP_OBJ_NEW_SMALL_INT(start + (mp_int_t)taken);
}
MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(mite_frontend_feed_obj, 5, 5, frontend_feed);

static mp_obj_t frontend_reset(mp_obj_t self_in) {
    frontend_t *self = MP_OBJ_TO_PTR(self_in);
    mite_frontend_reset(self->frontend);
    return mp_const_none;
}
MP_DEFINE_CONST_FUN_OBJ_1(mite_frontend_reset_obj, frontend_reset);
