// The core as a plain C program, to be built with sanitizers: every buffer has exactly the bytes that the core was promised, so
// that one byte too far is seen.
//
//     driver run IMAGE INPUTS RUNS OUTPUTS   INPUTS: all inputs of the first run, of the second, ...; OUTPUTS likewise
//     driver bind IMAGE ARENA STATE OFFSET   binds so many bytes, the arena OFFSET bytes off its alignment
//     driver contract IMAGE                  what the core promises about memory, on any image
//     driver corpus SECONDS <IMAGES          for each (u32 length, bytes): load, bind, run; a line with the fault's numbers each
//
// A fault is printed as "CODE RECORD OP A B", five numbers; all is well as "0". Exit code: 0 if all is well, 1 for a fault, 2 if
// the program was called wrongly, 3 if an image of a corpus took longer than SECONDS.
#define _POSIX_C_SOURCE 200809L // alarm

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../port/mite_custom.h"

enum { LARGEST = 1 << 22 }; // what an image of a corpus may ask for
enum { STEPS = 1000 };      // after which an image of a corpus is not run any further

static void die(const char *what) {
    fprintf(stderr, "driver: %s\n", what);
    exit(2);
}

// A buffer of exactly `bytes` bytes, filled with what no program may rely on.
static uint8_t *buffer(size_t bytes) {
    uint8_t *data = malloc(bytes);
    if (!data) {
        die("no memory");
    }
    uint32_t noise = 2463534242u;
    for (size_t i = 0; i < bytes; i++) {
        noise ^= noise << 13;
        noise ^= noise >> 17;
        noise ^= noise << 5;
        data[i] = (uint8_t)noise;
    }
    return data;
}

static uint8_t *read_file(const char *path, size_t *bytes) {
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END)) {
        die(path);
    }
    *bytes = (size_t)ftell(file);
    rewind(file);
    uint8_t *data = buffer(*bytes);
    if (fread(data, 1, *bytes, file) != *bytes) {
        die(path);
    }
    fclose(file);
    return data;
}

static int tell(int code, const mite_fault_t *fault) {
    if (!code) {
        puts("0");
        return 0;
    }
    printf("%d %d %d %u %u\n", (int)fault->code, (int)fault->record, (int)fault->op, (unsigned)fault->a, (unsigned)fault->b);
    return 1;
}

// A loaded model in memory of exactly the size it asked for. No state is NULL: a binding may have none to give.
typedef struct {
    mite_model_t model;
    mite_fault_t fault;
    uint8_t *arena, *state;
} session_t;

static int start(session_t *session, const uint8_t *image, size_t bytes) {
    session->arena = session->state = NULL;
    int code = mite_load(&session->model, image, bytes, &session->fault);
    if (code) {
        return code;
    }
    const mite_header_t *header = mite_header(&session->model);
    if (header->arena_bytes > LARGEST || header->state_bytes > LARGEST) {
        return mite_bind(&session->model, NULL, 0, NULL, 0, &session->fault);
    }
    session->arena = buffer(header->arena_bytes);
    session->state = header->state_bytes ? buffer(header->state_bytes) : NULL;
    return mite_bind(&session->model, session->arena, header->arena_bytes, session->state, header->state_bytes, &session->fault);
}

static void end(session_t *session) {
    free(session->arena);
    free(session->state);
}

// The record of tensor `number`: inputs first, then outputs.
static const mite_tensor_t *tensor(const mite_model_t *model, unsigned number) {
    const uint8_t *at = model->base[MITE_SPACE_CONSTANT] + mite_header(model)->tensors;
    while (number--) {
        at += sizeof(mite_tensor_t) + 4u * ((const mite_tensor_t *)at)->rank;
    }
    return (const mite_tensor_t *)at;
}

// What this program does for a custom op: reads all that it is given, and writes all that it must. small_sum() in tests/small_models.py does the same.
static int custom(mite_model_t *model) {
    mite_custom_call_t call = {model, (const mite_custom_t *)model->next};
    uint32_t sum = call.record->options_bytes;
    for (uint32_t i = 0; i < call.record->inputs; i++) {
        mite_custom_tensor_t t = mite_custom_input(&call, i);
        for (uint32_t n = 0; n < t.bytes; n++) {
            sum += ((const uint8_t *)t.data)[n];
        }
    }
    for (uint32_t n = 0; n < call.record->options_bytes; n++) {
        sum += mite_custom_options(&call)[n];
    }
    sum += (uint32_t)mite_custom_option_int(&call, "gain", 0);
    for (uint32_t i = 0; i < call.record->outputs; i++) {
        mite_custom_tensor_t t = mite_custom_output(&call, i);
        for (uint32_t n = 0; n < t.bytes; n++) {
            ((uint8_t *)t.data)[n] = (uint8_t)(sum + n);
        }
    }
    return mite_called(model);
}

static int step(mite_model_t *model) {
    int next = mite_step(model);
    return next == MITE_CALL ? custom(model) : next;
}

static int run(const char *image_path, const char *inputs_path, unsigned runs, const char *outputs_path) {
    size_t bytes, input_bytes, at = 0;
    uint8_t *image = read_file(image_path, &bytes), *inputs = read_file(inputs_path, &input_bytes);
    session_t session;
    int code = tell(start(&session, image, bytes), &session.fault);
    FILE *out = code ? NULL : fopen(outputs_path, "wb");
    for (unsigned r = 0; out && r < runs; r++) {
        const mite_header_t *header = mite_header(&session.model);
        for (unsigned i = 0; i < header->inputs; i++) {
            const mite_tensor_t *t = tensor(&session.model, i);
            if (input_bytes - at < t->bytes) {
                die("the file of inputs is too short");
            }
            memcpy(mite_ref(&session.model, t->data), inputs + at, t->bytes);
            at += t->bytes;
        }
        while (mite_invoke(&session.model) == MITE_CALL && custom(&session.model) == MITE_MORE) {
        }
        for (unsigned i = 0; i < header->outputs; i++) {
            const mite_tensor_t *t = tensor(&session.model, header->inputs + i);
            fwrite(mite_ref(&session.model, t->data), 1, t->bytes, out);
        }
    }
    if (out) {
        fclose(out);
    }
    end(&session);
    free(image);
    free(inputs);
    return code;
}

static int bind(const char *path, size_t arena_bytes, size_t state_bytes, size_t offset) {
    size_t bytes;
    uint8_t *image = read_file(path, &bytes), *arena = buffer(arena_bytes + offset), *state = buffer(state_bytes);
    mite_model_t model;
    mite_fault_t fault;
    int code = mite_load(&model, image, bytes, &fault);
    if (!code) {
        code = mite_bind(&model, arena + offset, arena_bytes, state, state_bytes, &fault);
    }
    code = tell(code, &fault);
    free(image);
    free(arena);
    free(state);
    return code;
}

static void expect(int good, const char *promise) {
    if (!good) {
        fprintf(stderr, "driver: broken promise: %s\n", promise);
        exit(1);
    }
}

static int has_jumps(const mite_model_t *model) {
    for (const uint8_t *at = model->base[MITE_SPACE_CONSTANT] + mite_header(model)->program; at < model->end; at += ((const mite_record_t *)at)->bytes) {
        if (*at == MITE_OP_JUMP) {
            return 1;
        }
    }
    return 0;
}

// The outputs of a run from the start on inputs that are all `value`; the caller frees them.
static uint8_t *answer(mite_model_t *model, int value, int stepwise, size_t *bytes) {
    const mite_header_t *header = mite_header(model);
    mite_reset(model);
    for (unsigned i = 0; i < header->inputs; i++) {
        memset(mite_ref(model, tensor(model, i)->data), value, tensor(model, i)->bytes);
    }
    unsigned steps = 1;
    if (stepwise) {
        while (step(model) == MITE_MORE) {
            steps++;
        }
        expect(steps == header->records || has_jumps(model), "an inference takes one step for each record");
    } else {
        while (mite_invoke(model) == MITE_CALL && custom(model) == MITE_MORE) {
        }
    }
    *bytes = 0;
    for (unsigned i = 0; i < header->outputs; i++) {
        *bytes += tensor(model, header->inputs + i)->bytes;
    }
    uint8_t *result = buffer(*bytes), *to = result;
    for (unsigned i = 0; i < header->outputs; i++) {
        const mite_tensor_t *t = tensor(model, header->inputs + i);
        memcpy(to, mite_ref(model, t->data), t->bytes);
        to += t->bytes;
    }
    return result;
}

static int contract(const char *path) {
    size_t bytes, length;
    uint8_t *image = read_file(path, &bytes), *copy = buffer(bytes), *shifted = buffer(bytes + 3);
    memcpy(copy, image, bytes);
    session_t a, b;
    for (unsigned offset = 1; offset < 4; offset++) {
        memcpy(shifted + offset, image, bytes);
        expect(mite_load(&a.model, shifted + offset, bytes, &a.fault) == MITE_ERR_ALIGN, "an image at an odd address is refused");
    }
    expect(!start(&a, image, bytes) && !start(&b, image, bytes), "an image can be loaded twice");
    uint8_t *first = answer(&a.model, 1, 0, &length), *other = answer(&b.model, 77, 0, &length);

    uint8_t *again = answer(&a.model, 1, 1, &length);
    expect(!memcmp(first, again, length), "mite_step gives what mite_invoke gives");
    free(again);

    step(&a.model);
    again = answer(&a.model, 1, 1, &length);
    expect(!memcmp(first, again, length), "mite_reset in the middle of an inference goes back to its start");
    free(again);

    // Both in one arena, one after the other.
    expect(!mite_bind(&b.model, a.arena, mite_header(&a.model)->arena_bytes, b.state, mite_header(&b.model)->state_bytes, &b.fault),
           "an arena can be shared");
    again = answer(&b.model, 77, 0, &length);
    expect(!memcmp(other, again, length), "a shared arena gives the same answer");
    free(again);
    again = answer(&a.model, 1, 0, &length);
    expect(!memcmp(first, again, length), "and so for the other model");
    free(again);

    expect(!memcmp(image, copy, bytes), "the image is only read");
    end(&a);
    end(&b);
    free(first);
    free(other);
    free(image);
    free(copy);
    free(shifted);
    puts("0");
    return 0;
}

static void hang(int signal_number) {
    (void)signal_number;
    _exit(3); // the parent counts the lines: the image after the last one is it
}

static int corpus(unsigned seconds) {
    uint32_t bytes;
    signal(SIGALRM, hang);
    while (fread(&bytes, 1, sizeof(bytes), stdin) == sizeof(bytes)) {
        uint8_t *image = buffer(bytes);
        if (fread(image, 1, bytes, stdin) != bytes) {
            die("the corpus is cut off");
        }
        session_t session;
        alarm(seconds);
        int code = start(&session, image, bytes);
        // A loop need not end; each of its steps must.
        for (unsigned steps = 0; !code && steps < STEPS && step(&session.model) == MITE_MORE; steps++) {
        }
        alarm(0);
        tell(code, &session.fault);
        fflush(stdout);
        end(&session);
        free(image);
    }
    return 0;
}

int main(int argc, char **argv) {
    if (argc == 6 && !strcmp(argv[1], "run")) {
        return run(argv[2], argv[3], (unsigned)atoi(argv[4]), argv[5]);
    }
    if (argc == 6 && !strcmp(argv[1], "bind")) {
        return bind(argv[2], (size_t)atol(argv[3]), (size_t)atol(argv[4]), (size_t)atol(argv[5]));
    }
    if (argc == 3 && !strcmp(argv[1], "contract")) {
        return contract(argv[2]);
    }
    if (argc == 3 && !strcmp(argv[1], "corpus")) {
        return corpus((unsigned)atoi(argv[2]));
    }
    die("run IMAGE INPUTS RUNS OUTPUTS | bind IMAGE ARENA STATE OFFSET | contract IMAGE | corpus SECONDS <IMAGES");
}
