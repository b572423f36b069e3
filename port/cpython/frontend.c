// _mite.Frontend for CPython: the same as port/micropython/frontend.c. `mite.audio` is what users see.
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <string.h>

#include "../audio/frontend.h"
#include "module.h"

typedef struct {
    PyObject_HEAD
    mite_frontend_t *frontend;
    int raw; // frames are uint16, not int8
} frontend_t;

static int frontend_init(PyObject *self_in, PyObject *args, PyObject *keywords) {
    (void)keywords;
    frontend_t *self = (frontend_t *)self_in;
    int stride, raw;
    if (!PyArg_ParseTuple(args, "ip", &stride, &raw)) {
        return -1;
    }
    mite_frontend_config_t config;
    mite_frontend_defaults(&config);
    config.stride_ms = stride > 0 && stride < UINT16_MAX ? (uint16_t)stride : UINT16_MAX;
    int bytes = mite_frontend_bytes(&config);
    if (bytes < 0) {
        PyErr_SetString(PyExc_ValueError, "stride_ms");
        return -1;
    }
    PyMem_Free(self->frontend);
    self->frontend = PyMem_Malloc((size_t)bytes);
    if (!self->frontend) {
        PyErr_NoMemory();
        return -1;
    }
    self->raw = raw;
    mite_frontend_init(self->frontend, (size_t)bytes, &config);
    return 0;
}

static void frontend_free(PyObject *self) {
    PyMem_Free(((frontend_t *)self)->frontend);
    Py_TYPE(self)->tp_free(self);
}

static PyObject *frontend_feed(PyObject *self_in, PyObject *args) {
    frontend_t *self = (frontend_t *)self_in;
    Py_buffer samples, out;
    Py_ssize_t start, offset;
    if (!PyArg_ParseTuple(args, "y*nw*n", &samples, &start, &out, &offset)) {
        return NULL;
    }
    uint16_t frame[MITE_FRONTEND_CHANNELS];
    Py_ssize_t bytes = self->raw ? (Py_ssize_t)sizeof(frame) : MITE_FRONTEND_CHANNELS, next = -1;
    int good = self->frontend && start >= 0 && start <= samples.len && offset >= 0 && offset <= out.len - bytes;
    if (good) {
        bool full = false;
        size_t taken = mite_frontend_feed_bytes(self->frontend, (const uint8_t *)samples.buf + start,
                                                (size_t)(samples.len - start), frame, &full);
        if (full && self->raw) {
            memcpy((uint8_t *)out.buf + offset, frame, sizeof(frame));
        } else if (full) {
            mite_frontend_quantize(frame, (int8_t *)out.buf + offset, MITE_FRONTEND_CHANNELS);
        }
        next = full ? start + (Py_ssize_t)taken : -1;
    }
    PyBuffer_Release(&samples);
    PyBuffer_Release(&out);
    if (!good) {
        PyErr_SetString(PyExc_ValueError, "out of the buffer");
        return NULL;
    }
    return PyLong_FromSsize_t(next);
}

static PyObject *frontend_reset(PyObject *self, PyObject *unused) {
    (void)unused;
    if (((frontend_t *)self)->frontend) {
        mite_frontend_reset(((frontend_t *)self)->frontend);
    }
    Py_RETURN_NONE;
}

static PyMethodDef frontend_methods[] = {
    {"feed", frontend_feed, METH_VARARGS, "feed(samples, start, out, offset): the byte to go on from if a frame was written, else -1"},
    {"reset", frontend_reset, METH_NOARGS, "back to the start"},
    {NULL, NULL, 0, NULL},
};

PyTypeObject mite_frontend_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "_mite.Frontend",
    .tp_basicsize = sizeof(frontend_t),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = PyType_GenericNew,
    .tp_init = frontend_init,
    .tp_dealloc = frontend_free,
    .tp_methods = frontend_methods,
    .tp_doc = "Frontend(stride_ms, raw): sound to features",
};
