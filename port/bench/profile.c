// A plugin of QEMU's: how often each block of instructions ran, and how often a jump was taken at its end, from the first time that
// `start` is reached until a block between `stop` and `stop_end` is.
//
//     -plugin profile.so,start=0x...,stop=0x...,stop_end=0x...,out=FILE
//
// Writes a line for each block: address, address behind it, times run, times that something else than what follows it came next.

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// As much of the plugin interface, version 1, as is used here.
typedef uint64_t id_t_;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
typedef void (*translated_t)(id_t_ id, struct qemu_plugin_tb *block);
typedef void (*executed_t)(unsigned processor, void *data);
typedef void (*ended_t)(id_t_ id, void *data);
void qemu_plugin_register_vcpu_tb_trans_cb(id_t_ id, translated_t call);
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *block, executed_t call, int flags, void *data);
void qemu_plugin_register_atexit_cb(id_t_ id, ended_t call, void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *block, size_t number);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *instruction);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *instruction);

__attribute__((visibility("default"))) int qemu_plugin_version = 1;

typedef struct block {
    struct block *next;
    uint64_t begin, last, end; // addresses: of the first and the last instruction, and behind that
    uint64_t ran, taken;
} block_t;

static block_t *blocks, *before;
static uint64_t start, stop, stop_end;
static enum { WAITING, RUNNING, OVER } phase;
static const char *out;

static void executed(unsigned processor, void *data) {
    block_t *block = data;
    (void)processor;
    if (phase == WAITING && block->begin == start) {
        phase = RUNNING;
    } else if (phase == RUNNING && block->begin >= stop && block->begin < stop_end) {
        phase = OVER;
        before->taken++; // the return
    }
    if (phase != RUNNING) {
        return;
    }
    if (before && block->begin > before->last && block->begin < before->end) {
        // QEMU has looked at an instruction that crosses a page, counts its bytes here, and leaves it to the next block.
        before->end = block->begin;
    } else if (before && before->end != block->begin) {
        before->taken++;
    }
    block->ran++;
    before = block;
}

static void translated(id_t_ id, struct qemu_plugin_tb *tb) {
    size_t count = qemu_plugin_tb_n_insns(tb);
    struct qemu_plugin_insn *last = qemu_plugin_tb_get_insn(tb, count - 1);
    block_t *block = calloc(1, sizeof(*block));
    (void)id;
    *block = (block_t) {
        .next = blocks, .begin = qemu_plugin_insn_vaddr(qemu_plugin_tb_get_insn(tb, 0)),
        .last = qemu_plugin_insn_vaddr(last), .end = qemu_plugin_insn_vaddr(last) + qemu_plugin_insn_size(last),
    };
    blocks = block;
    qemu_plugin_register_vcpu_tb_exec_cb(tb, executed, 0, block);
}

static void ended(id_t_ id, void *data) {
    FILE *file = fopen(out, "w");
    (void)id, (void)data;
    if (!file) {
        return;
    }
    for (block_t *block = blocks; block; block = block->next) {
        if (block->ran) {
            fprintf(file, "%llu %llu %llu %llu\n", (unsigned long long)block->begin, (unsigned long long)block->end,
                    (unsigned long long)block->ran, (unsigned long long)block->taken);
        }
    }
    fclose(file);
}

__attribute__((visibility("default"))) int qemu_plugin_install(id_t_ id, const void *info, int count, char **arguments) {
    (void)info;
    for (int i = 0; i < count; i++) {
        char *value = strchr(arguments[i], '=');
        if (!value) {
            return -1;
        }
        size_t name = (size_t)(value++ - arguments[i]);
        if (!strncmp(arguments[i], "start", name) && name == 5) {
            start = strtoull(value, 0, 0);
        } else if (!strncmp(arguments[i], "stop", name) && name == 4) {
            stop = strtoull(value, 0, 0);
        } else if (!strncmp(arguments[i], "stop_end", name) && name == 8) {
            stop_end = strtoull(value, 0, 0);
        } else if (!strncmp(arguments[i], "out", name) && name == 3) {
            out = strdup(value);
        }
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    qemu_plugin_register_atexit_cb(id, ended, 0);
    return out ? 0 : -1;
}
