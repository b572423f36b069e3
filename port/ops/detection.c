#include "../kernels/wide.h"
#include "ops.h"

enum { REGULAR = 1, INT8_BOXES = 2, INT8_SCORES = 4 };
enum { BOXES, SCORES, ANCHORS };
enum { Y, X, HEIGHT, WIDTH }; // of a box by its anchor
enum { TOP, LEFT, BOTTOM, RIGHT, SIDES };
enum { NONE = -1 };

static uint32_t words(uint32_t count) {
    return (count + 31) / 32;
}

mite_scratch_t mite_scratch_detection(const mite_detection_t *r) {
    uint32_t least = 4 * words(r->count);
    return (mite_scratch_t) {least, least + mite_check_product(r->count, SIDES * sizeof(float)) / 4 * 4};
}

static int check_numbers(const mite_check_t *check, mite_ref_t ref, uint32_t count, uint32_t size, int int8) {
    uint32_t bytes = int8 ? 1 : sizeof(float);
    return mite_check_items(check, ref, mite_check_product(count, size), bytes, MITE_READ);
}

static int check_scales(const mite_check_t *check, const mite_detection_t *r) {
    for (int i = 0; i < SIDES; i++) {
        if (!mite_check_value(check, r->box_scales[i] > 0 && r->box_scales[i] < 1e30f, (uint32_t)i, 0)) {
            return 0;
        }
    }
    return 1;
}

int mite_check_detection(const mite_check_t *check, const void *record) {
    const mite_detection_t *r = record;
    uint32_t room = mite_check_product(mite_check_product(r->max_detections, r->categories_most), sizeof(float));
    return mite_check_value(check, r->flags < 8 && r->count && r->count <= MITE_REF_OFFSET, r->flags, r->count)
        && mite_check_value(check, r->box_size >= SIDES && r->classes && r->classes <= r->score_size && r->max_detections && r->categories_most,
                            r->box_size, r->classes)
        && mite_check_value(check, r->score_size <= MITE_REF_OFFSET && r->box_size <= MITE_REF_OFFSET, r->score_size, r->box_size)
        && check_scales(check, r) && check_numbers(check, r->boxes, r->count, r->box_size, r->flags & INT8_BOXES)
        && check_numbers(check, r->scores, r->count, r->score_size, r->flags & INT8_SCORES)
        && check_numbers(check, r->anchors, r->count, SIDES, r->flags & INT8_BOXES)
        && mite_check_range(check, r->output_boxes, mite_check_product(room, SIDES), 4, MITE_WRITE)
        && mite_check_range(check, r->output_classes, room, 4, MITE_WRITE) && mite_check_range(check, r->output_scores, room, 4, MITE_WRITE)
        && mite_check_range(check, r->output_count, sizeof(float), 4, MITE_WRITE)
        && mite_check_value(check, r->scratch_bytes >= 4 * words(r->count), r->scratch_bytes, r->count)
        && mite_check_range(check, r->scratch, r->scratch_bytes, 4, MITE_WRITE);
}

// A record with its tensors at hand.
typedef struct {
    const mite_detection_t *r;
    const uint8_t *inputs[3];
    uint32_t *active;     // a bit for each box
    const float *decoded; // every box's sides, or NULL
    float *boxes, *classes, *scores;
} work_t;

static float number(const work_t *w, int input, uint32_t at) {
    const uint8_t *data = w->inputs[input];
    if (w->r->flags & (input == SCORES ? INT8_SCORES : INT8_BOXES)) {
        return ((float)(int8_t)data[at] - (float)w->r->zero_points[input]) * w->r->scales[input];
    }
    return ((const float *)(const void *)data)[at];
}

static float score(const work_t *w, uint32_t box, uint32_t class) {
    return number(w, SCORES, box * w->r->score_size + (w->r->score_size - w->r->classes) + class);
}

// The sides of one direction: TOP and BOTTOM, or LEFT and RIGHT.
static void decode_along(const work_t *w, uint32_t box, int center, int length, float *sides) {
    const float *scales = w->r->box_scales;
    mite_wide_t size = mite_wide_of(number(w, ANCHORS, SIDES * box + (uint32_t)length));
    mite_wide_t offset = mite_wide_quotient(number(w, BOXES, w->r->box_size * box + (uint32_t)center), scales[center]);
    mite_wide_t start = mite_wide_of(number(w, ANCHORS, SIDES * box + (uint32_t)center));
    float middle = mite_wide_single(mite_wide_sum(mite_wide_product(offset, size), start));
    mite_wide_t growth = mite_wide_quotient(number(w, BOXES, w->r->box_size * box + (uint32_t)length), scales[length]);
    float half = mite_wide_single(mite_wide_product(mite_wide_product(mite_wide_exp(growth), mite_wide_of(0.5f)), size));
    sides[center == Y ? TOP : LEFT] = middle - half;
    sides[center == Y ? BOTTOM : RIGHT] = middle + half;
}

static void decode(const work_t *w, uint32_t box, float *sides) {
    if (w->decoded) {
        memcpy(sides, w->decoded + SIDES * box, SIDES * sizeof(float));
        return;
    }
    decode_along(w, box, Y, HEIGHT, sides);
    decode_along(w, box, X, WIDTH, sides);
}

static float larger(float a, float b) {
    return a < b ? b : a;
}

static float smaller(float a, float b) {
    return b < a ? b : a;
}

// Intersection over union; 0 where one of them has no area.
static float overlap(const float *a, const float *b) {
    float area_a = (a[BOTTOM] - a[TOP]) * (a[RIGHT] - a[LEFT]), area_b = (b[BOTTOM] - b[TOP]) * (b[RIGHT] - b[LEFT]);
    if (area_a <= 0 || area_b <= 0) {
        return 0;
    }
    float height = smaller(a[BOTTOM], b[BOTTOM]) - larger(a[TOP], b[TOP]), width = smaller(a[RIGHT], b[RIGHT]) - larger(a[LEFT], b[LEFT]);
    float common = larger(height, 0) * larger(width, 0);
    return common / (area_a + area_b - common);
}

// The class with the best score of a box: the first of them.
static uint32_t best_class(const work_t *w, uint32_t box) {
    uint32_t best = 0;
    for (uint32_t c = 1; c < w->r->classes; c++) {
        if (score(w, box, c) > score(w, box, best)) {
            best = c;
        }
    }
    return best;
}

// What a box is judged by: its score in a class, or its best one.
static float rating(const work_t *w, uint32_t box, int32_t class) {
    return score(w, box, class == NONE ? best_class(w, box) : (uint32_t)class);
}

static void start(const work_t *w, int32_t class) {
    memset(w->active, 0, 4 * words(w->r->count));
    for (uint32_t box = 0; box < w->r->count; box++) {
        if (rating(w, box, class) >= w->r->score_threshold) {
            w->active[box / 32] |= 1u << box % 32;
        }
    }
}

// Takes the best box that is left, and those that cover too much of it with it. NONE when there is none.
static int32_t take(const work_t *w, int32_t class) {
    int32_t best = NONE;
    float most = 0;
    for (uint32_t box = 0; box < w->r->count; box++) {
        if (w->active[box / 32] >> box % 32 & 1) {
            float value = rating(w, box, class);
            if (best == NONE || value > most) {
                best = (int32_t)box;
                most = value;
            }
        }
    }
    if (best == NONE) {
        return NONE;
    }
    float sides[SIDES], other[SIDES];
    decode(w, (uint32_t)best, sides);
    w->active[best / 32] &= ~(1u << best % 32);
    for (uint32_t box = 0; box < w->r->count; box++) {
        if (w->active[box / 32] >> box % 32 & 1) {
            decode(w, box, other);
            if (overlap(sides, other) > w->r->overlap_threshold) {
                w->active[box / 32] &= ~(1u << box % 32);
            }
        }
    }
    return best;
}

static void put(const work_t *w, uint32_t place, uint32_t box, uint32_t class) {
    decode(w, box, w->boxes + SIDES * place);
    w->classes[place] = (float)class;
    w->scores[place] = score(w, box, class);
}

// A heap of classes whose top has the lowest score. Equal scores leave it in an order that only this way of doing it gives: the hole goes down
// to a leaf, always to the child that is more of a top, and then up again until the class fits.
static void sink(const work_t *w, uint32_t box, float *heap, uint32_t hole, uint32_t length, float class) {
    uint32_t from = hole, child;
    while ((child = 2 * hole + 1) < length) {
        if (child + 1 < length && score(w, box, (uint32_t)heap[child + 1]) <= score(w, box, (uint32_t)heap[child])) {
            child++;
        }
        heap[hole] = heap[child];
        hole = child;
    }
    while (hole > from && score(w, box, (uint32_t)heap[(hole - 1) / 2]) > score(w, box, (uint32_t)class)) {
        heap[hole] = heap[(hole - 1) / 2];
        hole = (hole - 1) / 2;
    }
    heap[hole] = class;
}

// The `count` classes with the best scores of a box, best first.
static void best_classes(const work_t *w, uint32_t box, float *classes, uint32_t count) {
    for (uint32_t c = 0; c < count; c++) {
        classes[c] = (float)c;
    }
    for (uint32_t i = count / 2; i--;) {
        sink(w, box, classes, i, count, classes[i]);
    }
    for (uint32_t c = count; c < w->r->classes; c++) {
        if (score(w, box, c) > score(w, box, (uint32_t)classes[0])) {
            sink(w, box, classes, 0, count, (float)c);
        }
    }
    for (uint32_t last = count; --last;) {
        float lowest = classes[0];
        sink(w, box, classes, 0, last, classes[last]);
        classes[last] = lowest;
    }
}

// By each box's best score. Returns the number of detections.
static uint32_t fast(const work_t *w) {
    const mite_detection_t *r = w->r;
    uint32_t found = 0, categories = r->categories_most < r->classes ? r->categories_most : r->classes;
    start(w, NONE);
    for (; found < r->max_detections; found++) {
        int32_t box = take(w, NONE);
        if (box == NONE) {
            break;
        }
        float *classes = w->classes + found * r->categories_most;
        classes[0] = (float)best_class(w, (uint32_t)box);
        if (categories > 1) {
            best_classes(w, (uint32_t)box, classes, categories);
        }
        for (uint32_t i = 0; i < categories; i++) {
            put(w, found * r->categories_most + i, (uint32_t)box, (uint32_t)classes[i]);
        }
    }
    return found;
}

// Class by class, the best of all in the order of their scores.
static uint32_t regular(const work_t *w) {
    const mite_detection_t *r = w->r;
    uint32_t found = 0;
    for (uint32_t class = 0; class < r->classes; class++) {
        start(w, (int32_t)class);
        for (uint32_t i = 0; i < r->per_class; i++) {
            int32_t box = take(w, (int32_t)class);
            if (box == NONE) {
                break;
            }
            float value = score(w, (uint32_t)box, class);
            uint32_t place = found;
            while (place && w->scores[place - 1] < value) {
                place--;
            }
            if (place == r->max_detections) {
                break; // those that follow are no better
            }
            uint32_t moved = (found < r->max_detections ? found : found - 1) - place;
            memmove(w->boxes + SIDES * (place + 1), w->boxes + SIDES * place, moved * SIDES * sizeof(float));
            memmove(w->classes + place + 1, w->classes + place, moved * sizeof(float));
            memmove(w->scores + place + 1, w->scores + place, moved * sizeof(float));
            put(w, place, (uint32_t)box, class);
            found += found < r->max_detections;
        }
    }
    return found;
}

void mite_run_detection(const mite_model_t *model, const void *record) {
    const mite_detection_t *r = record;
    uint8_t *scratch = mite_ref(model, r->scratch);
    work_t w = {
        r,
        {mite_ref(model, r->boxes), mite_ref(model, r->scores), mite_ref(model, r->anchors)},
        (uint32_t *)(void *)scratch,
        NULL,
        (float *)(void *)mite_ref(model, r->output_boxes),
        (float *)(void *)mite_ref(model, r->output_classes),
        (float *)(void *)mite_ref(model, r->output_scores),
    };
    uint32_t room = r->max_detections * r->categories_most;
    memset(w.boxes, 0, room * SIDES * sizeof(float));
    memset(w.classes, 0, room * sizeof(float));
    memset(w.scores, 0, room * sizeof(float));
    if (r->scratch_bytes >= mite_scratch_detection(r).most) {
        float *decoded = (float *)(void *)(scratch + 4 * words(r->count));
        for (uint32_t box = 0; box < r->count; box++) {
            decode(&w, box, decoded + SIDES * box);
        }
        w.decoded = decoded;
    }
    *(float *)(void *)mite_ref(model, r->output_count) = (float)(r->flags & REGULAR ? regular(&w) : fast(&w));
}
