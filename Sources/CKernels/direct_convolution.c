#include "direct_convolution.h"

#include <stdlib.h>

enum { FLOATS_PER_LINE = 16 };

static int64_t at_least(int64_t bound, int64_t x) { return x > bound ? x : bound; }
static int64_t whole_lines(int64_t floats) {
  return (floats + FLOATS_PER_LINE - 1) / FLOATS_PER_LINE * FLOATS_PER_LINE;
}

/// The kernel's places along one edge that the results of one rest read. Number i reads the source at
/// `first` + i places behind its own, and the kernel at `start` + i·`step`.
typedef struct {
  int64_t count, first, start, step, results;
} edge;

/// Without a rest: result j of `results` reads from j·stride − padding on.
static edge whole_edge(int64_t kernel, int64_t padding, int64_t results) {
  return (edge){kernel, -padding, 0, 1, results};
}

/// dx at rest + stride·j is made of dy at e + j, e = (rest + padding − u)/stride for the u that leave no rest.
static edge edge_of_rest(int64_t rest, int64_t kernel, int64_t stride, int64_t padding,
                         int64_t extent) {
  const int64_t least = (rest + padding) % stride;
  const int64_t results = rest < extent ? (extent - rest + stride - 1) / stride : 0;
  if (least >= kernel) return (edge){0, 0, 0, -stride, results};
  const int64_t count = (kernel - 1 - least) / stride + 1;
  const int64_t largest = least + (count - 1) * stride;
  // Exact: largest leaves the same rest as rest + padding.
  return (edge){count, (rest + padding - largest) / stride, largest, -stride, results};
}

static int64_t *table(int64_t count) { return malloc((size_t)at_least(1, count) * sizeof(int64_t)); }

/// The tables of a phase. `step` is how far apart the places of neighbouring results lie in the source,
/// `target_step` how far apart they lie in the target.
static int fill_phase(mim_direct *d, mim_direct_phase *p, edge down, edge across, int64_t step,
                      int64_t rest_row, int64_t rest_column, int64_t target_step) {
  const int64_t line = d->padded_width * d->unit, plane = d->padded_height * line;
  const int64_t target_width =
      d->shape.pass == MIM_CONVOLUTION_INPUT_GRADIENT ? d->shape.in_width : d->shape.out_width;
  const int is_empty = down.count == 0 || across.count == 0;
  p->pixels = down.results * across.results;
  p->runs = is_empty ? 0 : d->source_blocks * down.count;
  p->depth = across.count * d->unit;
  p->column = across.start, p->column_step = across.step;
  p->run = table(p->runs), p->row = table(p->runs), p->channel = table(p->runs);
  p->from = table(p->pixels), p->to = table(p->pixels);
  if (!p->run || !p->row || !p->channel || !p->from || !p->to) return 1;
  for (int64_t r = 0; r < p->runs; r++) {
    const int64_t block = r / down.count, i = r % down.count;
    p->run[r] = block * plane + i * line;
    p->row[r] = down.start + i * down.step;
    p->channel[r] = block * d->unit;
  }
  for (int64_t i = 0; i < p->pixels; i++) {
    const int64_t row = i / across.results, column = i % across.results;
    p->from[i] = (row * step + d->zeros_before + down.first) * line +
                 (column * step + d->zeros_before + across.first) * d->unit;
    p->to[i] = ((rest_row + row * target_step) * target_width + rest_column + column * target_step) *
               d->shape.lanes;
  }
  p->weights = d->packed_count;
  d->packed_count += whole_lines(p->runs * p->depth * d->target_blocks * d->shape.lanes);
  return 0;
}

/// How many zeros the source needs before and behind an edge, so that every result of an input's gradient reads
/// inside.
static void widen(edge e, int64_t extent, int64_t *before, int64_t *behind) {
  if (e.count == 0 || e.results == 0) return;
  *before = at_least(*before, -e.first);
  *behind = at_least(*behind, e.first + e.count - 1 + e.results - 1 - (extent - 1));
}

static int make_gradient_phases(mim_direct *d) {
  const mim_convolution_shape *s = &d->shape;
  int64_t before = 0, behind = 0;
  for (int64_t rest = 0; rest < s->stride; rest++) {
    widen(edge_of_rest(rest, s->kernel_height, s->stride, s->padding, s->in_height),
          s->out_height, &before, &behind);
    widen(edge_of_rest(rest, s->kernel_width, s->stride, s->padding, s->in_width), s->out_width,
          &before, &behind);
  }
  d->zeros_before = before;
  d->padded_height = s->out_height + before + behind;
  d->padded_width = s->out_width + before + behind;
  d->phase_count = s->stride * s->stride;
  d->phases = calloc((size_t)d->phase_count, sizeof *d->phases);
  if (!d->phases) return 1;
  for (int64_t i = 0; i < d->phase_count; i++) {
    const int64_t row = i / s->stride, column = i % s->stride;
    const edge down =
        edge_of_rest(row, s->kernel_height, s->stride, s->padding, s->in_height);
    const edge across =
        edge_of_rest(column, s->kernel_width, s->stride, s->padding, s->in_width);
    if (fill_phase(d, &d->phases[i], down, across, 1, row, column, s->stride)) return 1;
  }
  return 0;
}

static int make_phase(mim_direct *d) {
  const mim_convolution_shape *s = &d->shape;
  d->zeros_before = s->padding;
  d->padded_height = s->in_height + 2 * s->padding;
  d->padded_width = s->in_width + 2 * s->padding;
  d->phase_count = 1;
  d->phases = calloc(1, sizeof *d->phases);
  return !d->phases ||
         fill_phase(d, d->phases, whole_edge(s->kernel_height, s->padding, s->out_height),
                    whole_edge(s->kernel_width, s->padding, s->out_width), s->stride, 0, 0, 1);
}

mim_direct *mim_direct_create(const mim_convolution_shape *shape) {
  mim_direct *d = calloc(1, sizeof *d);
  if (!d) return NULL;
  d->shape = *shape;
  const int is_input_gradient = shape->pass == MIM_CONVOLUTION_INPUT_GRADIENT;
  const int64_t in_blocks = (shape->in_channels + shape->in_lanes - 1) / shape->in_lanes;
  d->unit = is_input_gradient ? shape->lanes : shape->in_lanes;
  d->source_blocks = is_input_gradient ? shape->out_blocks : in_blocks;
  d->source_height = is_input_gradient ? shape->out_height : shape->in_height;
  d->source_width = is_input_gradient ? shape->out_width : shape->in_width;
  d->target_blocks = is_input_gradient ? in_blocks : shape->out_blocks;
  d->target_pixels = is_input_gradient ? shape->in_height * shape->in_width
                                       : shape->out_height * shape->out_width;
  if (is_input_gradient ? make_gradient_phases(d) : make_phase(d)) {
    mim_direct_destroy(d);
    return NULL;
  }
  const int is_padded =
      d->padded_height != d->source_height || d->padded_width != d->source_width;
  const int64_t count = d->source_blocks * d->padded_height * d->padded_width * d->unit;
  d->padded_count = is_padded ? whole_lines(count) : 0;
  return d;
}

void mim_direct_destroy(mim_direct *d) {
  if (!d) return;
  for (int64_t i = 0; d->phases && i < d->phase_count; i++) {
    mim_direct_phase *p = &d->phases[i];
    free(p->run), free(p->row), free(p->channel), free(p->from), free(p->to);
  }
  free(d->phases);
  free(d);
}
