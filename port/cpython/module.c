// The extension module _mite.
#define PY_SSIZE_T_CLEAN
#include "../ops/ops.h"
#include "module.h"

// scratch(record): (least, most) bytes of scratch memory that an op record wants; the host's planner asks.
static PyObject *scratch(PyObject *self, PyObject *args) {
    (void)self;
    Py_buffer record;
    if (!PyArg_ParseTuple(args, "y*", &record)) {
        return NULL;
    }
    const mite_record_t *head = record.buf;
    const mite_op_t *op = (size_t)record.len >= sizeof(*head) ? mite_op(head->op) : NULL;
    mite_scratch_t wanted = {0, 0};
    int good = op && (size_t)record.len >= op->bytes;
    if (good) {
        wanted = mite_scratch(record.buf);
    }
    PyBuffer_Release(&record);
    if (!good) {
        PyErr_SetString(PyExc_ValueError, "not an op record");
        return NULL;
    }
    return Py_BuildValue("(II)", wanted.least, wanted.most);
}

static PyMethodDef functions[] = {
    {"scratch", scratch, METH_VARARGS, "scratch(record): (least, most) bytes that an op wants"},
    {"grid", mite_boxes_call_grid, METH_VARARGS, "grid(config, scores, work, boxes): how many boxes a grid of scores gave"},
    {"heads", mite_boxes_call_heads, METH_VARARGS, "heads(config, offsets, scores, anchors, boxes): how many boxes an SSD's heads gave"},
    {"suppress", mite_boxes_call_suppress, METH_VARARGS, "suppress(boxes, count, limit): how many boxes are left, best first"},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_mite", "The mite core: see the package mite.", -1, functions, NULL, NULL, NULL, NULL,
};

static int add(PyObject *module, const char *name, PyTypeObject *type) {
    return PyType_Ready(type) < 0 ? -1 : PyModule_AddObjectRef(module, name, (PyObject *)type);
}

PyMODINIT_FUNC PyInit__mite(void) {
    PyObject *module = PyModule_Create(&definition);
    if (module && (add(module, "Program", &mite_program_type) < 0 || add(module, "Frontend", &mite_frontend_type) < 0
                   || add(module, "Picture", &mite_picture_type) < 0)) {
        Py_CLEAR(module);
    }
    return module;
}
