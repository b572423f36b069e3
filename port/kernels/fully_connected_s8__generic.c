// Matrix times vector, plainly.

#include "roster.h"

void mite_fully_connected_s8__generic(const mite_dense_t *p) {
    int8_t *out = p->output;
    for (int32_t b = 0; b < p->batches; b++) {
        const int8_t *in = p->input + b * p->depth;
        for (int32_t o = 0; o < p->outputs; o++) {
            int32_t acc = mite_requant_bias(&p->requant, o);
            for (int32_t i = 0; i < p->depth; i++) {
                acc += in[i] * mite_dense_weight(p, o, i);
            }
            *out++ = mite_requant_output(&p->requant, o, acc);
        }
    }
}
