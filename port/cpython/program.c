// _mite for CPython: the same core that boards run, as a thin class. `mite.Model` is what users see.
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "../mite_custom.h"
#include "module.h"

typedef struct {
    PyObject_HEAD
    mite_model_t model;
    Py_buffer image, arena, state; // held, so that nobody can resize them
    PyObject *functions;           // a sequence with one for each CUSTOM record, or NULL
    int calling;                   // one of them is being called
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

// Can the program be used now? If not, the error is set.
static int ready(const program_t *program) {
    if (!program->model.base[MITE_SPACE_ARENA]) {
        PyErr_SetString(PyExc_ValueError, "bind an arena first");
        return 0;
    }
    if (program->calling) {
        PyErr_SetString(PyExc_ValueError, "the model is running: one of its custom ops has called it");
        return 0;
    }
    return 1;
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
    if (program->calling) {
        PyBuffer_Release(&image);
        return ready(program) - 1;
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
    Py_XDECREF(program->functions);
    Py_TYPE(self)->tp_free(self);
}

static PyObject *program_bind(PyObject *self, PyObject *args) {
    program_t *program = (program_t *)self;
    Py_buffer arena, state;
    mite_fault_t fault;
    if (program->calling && !ready(program)) {
        return NULL;
    }
    if (!PyArg_ParseTuple(args, "w*w*", &arena, &state)) {
        return NULL;
    }
    if (!program->model.base[MITE_SPACE_CONSTANT]
        || mite_bind(&program->model, arena.buf, (size_t)arena.len, state.buf, (size_t)state.len, &fault)) {
        PyBuffer_Release(&arena);
        PyBuffer_Release(&state);
        if (program->model.base[MITE_SPACE_CONSTANT]) {
            return raise_fault(&fault);
        }
        PyErr_SetString(PyExc_ValueError, "there is no image");
        return NULL;
    }
    release(&program->arena);
    release(&program->state);
    program->arena = arena;
    program->state = state;
    Py_RETURN_NONE;
}

// The structure of an op in C, if that is what a bytes object holds.
static int native_op(PyObject *function, mite_custom_op_t *op) {
    if (!PyBytes_Check(function) || PyBytes_GET_SIZE(function) != (Py_ssize_t)sizeof(*op)) {
        return 0;
    }
    memcpy(op, PyBytes_AS_STRING(function), sizeof(*op));
    return op->magic == MITE_CUSTOM_MAGIC;
}

// Does what the CUSTOM record asks for that comes next: MITE_MORE or MITE_DONE, or -1 after an error, with which the inference is over.
static int call(program_t *program) {
    mite_custom_call_t here = {&program->model, (const mite_custom_t *)program->model.next};
    mite_custom_op_t op;
    PyObject *function = NULL, *result = NULL;
    if (program->functions) {
        function = PySequence_GetItem(program->functions, here.record->number);
    } else {
        PyErr_SetString(PyExc_ValueError, "the model has custom ops: functions() first");
    }
    if (function && native_op(function, &op)) {
        op.run(&here);
        result = Py_NewRef(Py_None);
    } else if (function) {
        program->calling = 1;
        result = PyObject_CallNoArgs(function);
        program->calling = 0;
    }
    Py_XDECREF(function);
    if (!result) {
        mite_rewind(&program->model);
        return -1;
    }
    Py_DECREF(result);
    return mite_called(&program->model);
}

// One step. Ctrl-C ends an inference where its program goes back: there is no end to some loops.
static int step(program_t *program) {
    const uint8_t *before = program->model.next;
    int next = mite_step(&program->model);
    if (next == MITE_CALL) {
        return call(program);
    }
    if (next == MITE_MORE && program->model.next <= before && PyErr_CheckSignals()) {
        mite_rewind(&program->model);
        return -1;
    }
    return next;
}

static PyObject *program_invoke(PyObject *self, PyObject *unused) {
    (void)unused;
    program_t *program = (program_t *)self;
    int next = ready(program) ? MITE_MORE : -1;
    while (next == MITE_MORE) {
        next = step(program);
    }
    if (next < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *program_step(PyObject *self, PyObject *unused) {
    (void)unused;
    program_t *program = (program_t *)self;
    int next = ready(program) ? step(program) : -1;
    return next < 0 ? NULL : PyBool_FromLong(next == MITE_MORE);
}

static PyObject *program_reset(PyObject *self, PyObject *unused) {
    (void)unused;
    program_t *program = (program_t *)self;
    if (!ready(program)) {
        return NULL;
    }
    mite_reset(&program->model);
    Py_RETURN_NONE;
}

static PyObject *program_functions(PyObject *self, PyObject *functions) {
    program_t *program = (program_t *)self;
    if (!ready(program)) {
        return NULL;
    }
    for (const uint8_t *at = program->model.base[MITE_SPACE_CONSTANT] + mite_header(&program->model)->program; at < program->model.end;
         at += ((const mite_record_t *)at)->bytes) {
        mite_custom_call_t here = {&program->model, (const mite_custom_t *)at};
        if (*at != MITE_OP_CUSTOM) {
            continue;
        }
        PyObject *function = PySequence_GetItem(functions, here.record->number);
        if (!function) {
            return NULL;
        }
        mite_custom_op_t op;
        const char *wrong = native_op(function, &op) ? mite_custom_wrong(&here, &op) : NULL;
        Py_DECREF(function);
        if (wrong) {
            PyObject *what = Py_BuildValue("(si)", wrong, (int)here.record->number);
            if (what) {
                PyErr_SetObject(PyExc_ValueError, what);
                Py_DECREF(what);
            }
            return NULL;
        }
    }
    Py_XSETREF(program->functions, Py_NewRef(functions));
    Py_RETURN_NONE;
}

static PyMethodDef program_methods[] = {
    {"bind", program_bind, METH_VARARGS, "bind(arena, state): the memory to run in"},
    {"invoke", program_invoke, METH_NOARGS, "run one inference"},
    {"step", program_step, METH_NOARGS, "run one op; True while there is more"},
    {"reset", program_reset, METH_NOARGS, "clear the state, start over"},
    {"functions", program_functions, METH_O, "functions(list): what CUSTOM records call, by their numbers"},
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
