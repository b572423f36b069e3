// The classes of _mite.
#ifndef MITE_CPYTHON_MODULE_H
#define MITE_CPYTHON_MODULE_H

#include <Python.h>

extern PyTypeObject mite_program_type;
extern PyTypeObject mite_frontend_type;

#endif
