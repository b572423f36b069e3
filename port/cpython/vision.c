// _mite.Picture and the functions of boxes for CPython: the same as port/micropython/vision.c. `mite.vision` is what users see.
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <string.h>

#include "../vision/boxes.h"
#include "../vision/picture.h"
#include "module.h"

typedef struct {
    PyObject_HEAD
    mite_picture_t *picture;
} picture_t;

static void set_number(long number) {
    PyObject *what = PyLong_FromLong(number);
    if (what) {
        PyErr_SetObject(PyExc_ValueError, what);
        Py_DECREF(what);
    }
}

// A structure, from a buffer of just its size. If it is not, the error is set.
static int take(const Py_buffer *from, void *to, Py_ssize_t bytes) {
    if (from->len != bytes) {
        PyErr_SetString(PyExc_ValueError, "configuration");
        return 0;
    }
    memcpy(to, from->buf, (size_t)bytes);
    return 1;
}

static int picture_init(PyObject *self_in, PyObject *args, PyObject *keywords) {
    (void)keywords;
    picture_t *self = (picture_t *)self_in;
    Py_buffer given;
    mite_picture_config_t config;
    if (!PyArg_ParseTuple(args, "y*", &given)) {
        return -1;
    }
    int good = take(&given, &config, sizeof(config));
    PyBuffer_Release(&given);
    int32_t bytes = good ? mite_picture_bytes(&config) : 0;
    if (bytes < 0) {
        set_number(bytes);
    }
    if (bytes <= 0) {
        return -1;
    }
    PyMem_Free(self->picture);
    self->picture = PyMem_Malloc((size_t)bytes);
    if (!self->picture) {
        PyErr_NoMemory();
        return -1;
    }
    mite_picture_init(self->picture, &config);
    return 0;
}

static void picture_free(PyObject *self) {
    PyMem_Free(((picture_t *)self)->picture);
    Py_TYPE(self)->tp_free(self);
}

static PyObject *picture_rows(PyObject *self_in, PyObject *args) {
    picture_t *self = (picture_t *)self_in;
    Py_buffer frame, numbers, out;
    unsigned entry_bytes, first;
    if (!PyArg_ParseTuple(args, "y*y*IIw*", &frame, &numbers, &entry_bytes, &first, &out)) {
        return NULL;
    }
    mite_picture_table_t table = {numbers.buf, numbers.len < UINT32_MAX ? (uint32_t)numbers.len : 0, entry_bytes};
    int wrong = MITE_PICTURE_ERROR_FORMAT;
    if (self->picture) {
        wrong = mite_picture_rows(self->picture, frame.buf, (size_t)frame.len, &table, first, out.buf, (size_t)out.len);
    }
    PyBuffer_Release(&frame);
    PyBuffer_Release(&numbers);
    PyBuffer_Release(&out);
    if (wrong) {
        set_number(wrong);
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyMethodDef picture_methods[] = {
    {"rows", picture_rows, METH_VARARGS, "rows(frame, numbers, entry_bytes, first, out): write rows of the output"},
    {NULL, NULL, 0, NULL},
};

PyTypeObject mite_picture_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "_mite.Picture",
    .tp_basicsize = sizeof(picture_t),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = PyType_GenericNew,
    .tp_init = picture_init,
    .tp_dealloc = picture_free,
    .tp_methods = picture_methods,
    .tp_doc = "Picture(config): a camera's frame to a model's input",
};

static void release(Py_buffer *buffers, int count) {
    for (int i = 0; i < count; i++) {
        PyBuffer_Release(&buffers[i]);
    }
}

static uint32_t room(const Py_buffer *boxes) {
    return (uint32_t)((size_t)boxes->len / sizeof(mite_box_t));
}

static PyObject *answer(long count, const char *wrong) {
    if (count < 0) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_ValueError, wrong);
        }
        return NULL;
    }
    return PyLong_FromLong(count);
}

PyObject *mite_boxes_call_grid(PyObject *module, PyObject *args) {
    (void)module;
    Py_buffer b[4]; // configuration, scores, work, boxes
    if (!PyArg_ParseTuple(args, "y*y*w*w*", &b[0], &b[1], &b[2], &b[3])) {
        return NULL;
    }
    mite_boxes_grid_t config;
    long count = -1;
    if (take(&b[0], &config, sizeof(config))) {
        uint32_t bytes = mite_boxes_grid_bytes(&config);
        if (bytes && b[1].len == (Py_ssize_t)bytes && (size_t)b[2].len / sizeof(uint16_t) >= (size_t)config.height * config.width
            && (uintptr_t)b[2].buf % sizeof(uint16_t) == 0 && (uintptr_t)b[3].buf % sizeof(int32_t) == 0
            && room(&b[3]) >= mite_boxes_grid_most(&config)) {
            count = (long)mite_boxes_grid(&config, b[1].buf, b[2].buf, b[3].buf);
        }
    }
    release(b, 4);
    return answer(count, "grid");
}

PyObject *mite_boxes_call_heads(PyObject *module, PyObject *args) {
    (void)module;
    Py_buffer b[5]; // configuration, offsets, scores, anchors, boxes
    if (!PyArg_ParseTuple(args, "y*y*y*y*w*", &b[0], &b[1], &b[2], &b[3], &b[4])) {
        return NULL;
    }
    mite_boxes_heads_t config;
    long count = -1;
    if (take(&b[0], &config, sizeof(config)) && mite_boxes_heads_fit(&config, (size_t)b[1].len, (size_t)b[2].len, (size_t)b[3].len)
        && (uintptr_t)b[4].buf % sizeof(int32_t) == 0) {
        count = (long)mite_boxes_heads(&config, b[1].buf, b[2].buf, b[3].buf, b[4].buf, room(&b[4]));
    }
    release(b, 5);
    return answer(count, "heads");
}

PyObject *mite_boxes_call_suppress(PyObject *module, PyObject *args) {
    (void)module;
    Py_buffer boxes;
    unsigned number, limit;
    if (!PyArg_ParseTuple(args, "w*II", &boxes, &number, &limit)) {
        return NULL;
    }
    long count = -1;
    if (number <= room(&boxes) && (uintptr_t)boxes.buf % sizeof(int32_t) == 0) {
        count = (long)mite_boxes_suppress(boxes.buf, number, limit);
    }
    release(&boxes, 1);
    return answer(count, "boxes");
}
