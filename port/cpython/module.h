// The classes of _mite.
#ifndef MITE_CPYTHON_MODULE_H
#define MITE_CPYTHON_MODULE_H

#include <Python.h>

extern PyTypeObject mite_program_type;
extern PyTypeObject mite_frontend_type;
extern PyTypeObject mite_picture_type;

// Functions of boxes in pictures.
PyObject *mite_boxes_call_grid(PyObject *module, PyObject *args);
PyObject *mite_boxes_call_heads(PyObject *module, PyObject *args);
PyObject *mite_boxes_call_suppress(PyObject *module, PyObject *args);

#endif
