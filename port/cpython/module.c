// The extension module _mite.
#define PY_SSIZE_T_CLEAN
#include "module.h"

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_mite", "The mite core: see the package mite.", -1, NULL, NULL, NULL, NULL, NULL,
};

static int add(PyObject *module, const char *name, PyTypeObject *type) {
    return PyType_Ready(type) < 0 ? -1 : PyModule_AddObjectRef(module, name, (PyObject *)type);
}

PyMODINIT_FUNC PyInit__mite(void) {
    PyObject *module = PyModule_Create(&definition);
    if (module && (add(module, "Program", &mite_program_type) < 0 || add(module, "Frontend", &mite_frontend_type) < 0)) {
        Py_CLEAR(module);
    }
    return module;
}
