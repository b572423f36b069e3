// _mite for CPython: the same core that boards run, as a thin class. `mite.Model` is what users see.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "../core/mite.h"
#include "module.h"

typedef struct {
    PyObject_HEAD
    mite_model_t model;
    Py_buffer image, arena, state; // held, so that nobody can resize them
} program_t;

// ValueError(code, record, op, a, b): the mite package makes the text of it.
static PyObject *raise_fault(const mite_fault_t *fault) {
    PyObject *args = Py_BuildValue("(iiiII)", fault->code, fault->record, fault->op, fault->a, fault->b);
    if (args) {
        PyErr_SetObject(PyExc_ValueError, args);
        Py_DECREF(args);
    }
    return NULL;
}

static PyObject *raise_unbound(void) {
    PyErr_SetString(PyExc_ValueError, "bind an arena first");
    return NULL;
}

static void release(Py_buffer *buffer) {
    if (buffer->obj) {
        PyBuffer_Release(buffer);
    }
}

static int program_init(PyObject *self, PyObject *args, PyObject *keywords) {
    program_t *program = (program_t *)self;
    mite_fault_t fault;
    static char *names[] = {"image", NULL};
    Py_buffer image;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "y*", names, &image)) {
        return -1;
    }
    release(&program->image);
    program->image = image;
    program->model.base[MITE_SPACE_ARENA] = NULL;
    if (mite_load(&program->model, image.buf, (size_t)image.len, &fault)) {
        raise_fault(&fault);
        return -1;
    }
    return 0;
}

static void program_free(PyObject *self) {
    program_t *program = (program_t *)self;
    release(&program->image);
    release(&program->arena);
    release(&program->state);
    Py_TYPE(self)->tp_free(self);
}

static PyObject *program_bind(PyObject *self, PyObject *args) {
    program_t *program = (program_t *)self;
    Py_buffer arena, state;
    mite_fault_t fault;
    if (!PyArg_ParseTuple(args, "w*w*", &arena, &state)) {
        return NULL;
    }
    if (!program->model.base[MITE_SPACE_CONSTANT]
        || mite_bind(&program->model, arena.buf, (size_t)arena.len, state.buf, (size_t)state.len, &fault)) {
        PyBuffer_Release(&arena);
        PyBuffer_Release(&state);
        return program->model.base[MITE_SPACE_CONSTANT] ? raise_fault(&fault) : raise_unbound();
    }
    release(&program->arena);
    release(&program->state);
    program->arena = arena;
    program->state = state;
    Py_RETURN_NONE;
}

static PyObject *program_invoke(PyObject *self, PyObject *unused) {
    (void)unused;
    program_t *program = (program_t *)self;
    if (!program->model.base[MITE_SPACE_ARENA]) {
        return raise_unbound();
    }
    mite_invoke(&program->model);
    Py_RETURN_NONE;
}

static PyObject *program_step(PyObject *self, PyObject *unused) {
    (void)unused;
    program_t *program = (program_t *)self;
    if (!program->model.base[MITE_SPACE_ARENA]) {
        return raise_unbound();
    }
    return PyBool_FromLong(mite_step(&program->model));
}

static PyObject *program_reset(PyObject *self, PyObject *unused) {
    (void)unused;
    program_t *program = (program_t *)self;
    if (!program->model.base[MITE_SPACE_ARENA]) {
        return raise_unbound();
    }
    mite_reset(&program->model);
    Py_RETURN_NONE;
}

static PyMethodDef program_methods[] = {
    {"bind", program_bind, METH_VARARGS, "bind(arena, state): the memory to run in"},
    {"invoke", program_invoke, METH_NOARGS, "run one inference"},
    {"step", program_step, METH_NOARGS, "run one op; True while there is more"},
    {"reset", program_reset, METH_NOARGS, "clear the state, start over"},
    {NULL, NULL, 0, NULL},
};

PyTypeObject mite_program_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "_mite.Program",
    .tp_basicsize = sizeof(program_t),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = PyType_GenericNew,
    .tp_init = program_init,
    .tp_dealloc = program_free,
    .tp_methods = program_methods,
    .tp_doc = "Program(image): a validated image",
};
