#include "convolution.h"

#include <oneapi/dnnl/dnnl.h>
#include <stdlib.h>

enum { FLOATS_PER_LINE = 16 };

struct mim_convolution {
  mim_convolution_shape shape;
  dnnl_engine_t engine;
  dnnl_stream_t stream;
  dnnl_primitive_desc_t descriptor;
  dnnl_primitive_t primitive, reorder;
  dnnl_memory_t x, y, weights, bias, plain, scratch;
  dnnl_exec_arg_t arguments[5], reorder_arguments[2];
  int argument_count;
  int64_t plain_offset, bias_offset, weights_offset, scratch_offset, workspace;
};

typedef struct {
  dnnl_memory_desc_t x, y, any_weights, plain_weights, bias;
  dnnl_dims_t strides, padding;
} descriptors;

static int describe(const mim_convolution_shape *s, descriptors *d) {
  const dnnl_dims_t x = {s->batch, s->in_channels, s->in_height, s->in_width};
  const dnnl_dims_t y = {s->batch, s->out_channels, s->out_height, s->out_width};
  const dnnl_dims_t w = {s->out_channels, s->in_channels, s->kernel_height, s->kernel_width};
  const dnnl_dims_t b = {s->out_channels};
  for (int i = 0; i < 2; i++) d->strides[i] = s->stride, d->padding[i] = s->padding;
  const dnnl_format_tag_t tag = s->blocked_input ? dnnl_nChw16c : dnnl_nchw;
  return dnnl_memory_desc_init_by_tag(&d->x, 4, x, dnnl_f32, tag) ||
         dnnl_memory_desc_init_by_tag(&d->y, 4, y, dnnl_f32, dnnl_nChw16c) ||
         dnnl_memory_desc_init_by_tag(&d->any_weights, 4, w, dnnl_f32, dnnl_format_tag_any) ||
         dnnl_memory_desc_init_by_tag(&d->plain_weights, 4, w, dnnl_f32, dnnl_oihw) ||
         dnnl_memory_desc_init_by_tag(&d->bias, 1, b, dnnl_f32, dnnl_a);
}

static int describe_primitive(
    mim_convolution *c, const descriptors *d, dnnl_alg_kind_t algorithm,
    const_dnnl_primitive_attr_t attributes) {
  dnnl_convolution_desc_t descriptor;
  dnnl_primitive_desc_t hint = NULL;
  const dnnl_memory_desc_t *bias = c->shape.bias ? &d->bias : NULL;
  const dnnl_memory_desc_t *w = &d->any_weights;
  int status;
  if (c->shape.pass == MIM_CONVOLUTION_OUTPUT)
    return dnnl_convolution_forward_desc_init(
               &descriptor, dnnl_forward_training, algorithm, &d->x, w, bias, &d->y, d->strides,
               d->padding, d->padding) ||
           dnnl_primitive_desc_create(&c->descriptor, &descriptor, attributes, c->engine, NULL);
  status = dnnl_convolution_forward_desc_init(
               &descriptor, dnnl_forward_training, dnnl_convolution_direct, &d->x, w, bias, &d->y,
               d->strides, d->padding, d->padding) ||
           dnnl_primitive_desc_create(&hint, &descriptor, attributes, c->engine, NULL);
  if (status) return status;
  if (c->shape.pass == MIM_CONVOLUTION_INPUT_GRADIENT)
    status = dnnl_convolution_backward_data_desc_init(
        &descriptor, algorithm, &d->x, w, &d->y, d->strides, d->padding, d->padding);
  else
    status = dnnl_convolution_backward_weights_desc_init(
        &descriptor, algorithm, &d->x, w, bias, &d->y, d->strides, d->padding, d->padding);
  if (!status)
    status = dnnl_primitive_desc_create(&c->descriptor, &descriptor, attributes, c->engine, hint);
  dnnl_primitive_desc_destroy(hint);
  return status;
}

/// Winograd's form where it is asked for and oneDNN has it for this shape, else the direct one.
static int choose_primitive(mim_convolution *c, const descriptors *d) {
  dnnl_primitive_attr_t attributes;
  if (dnnl_primitive_attr_create(&attributes)) return 2;
  int status = dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user);
  if (!status) {
    status = 1;
    if (c->shape.winograd)
      status = describe_primitive(c, d, dnnl_convolution_winograd, attributes);
    if (status) status = describe_primitive(c, d, dnnl_convolution_direct, attributes);
  }
  dnnl_primitive_attr_destroy(attributes);
  return status || dnnl_primitive_create(&c->primitive, c->descriptor);
}

static int make_memory(
    mim_convolution *c, dnnl_memory_t *memory, const dnnl_memory_desc_t *descriptor) {
  return dnnl_memory_create(memory, descriptor, c->engine, DNNL_MEMORY_NONE);
}

static int64_t floats(const dnnl_memory_desc_t *descriptor) {
  const int64_t count = (dnnl_memory_desc_get_size(descriptor) + 3) / 4;
  return (count + FLOATS_PER_LINE - 1) / FLOATS_PER_LINE * FLOATS_PER_LINE;
}

/// The reorder between plain weights and those of the primitive, and the plan of the workspace.
static int make_weights(mim_convolution *c, const descriptors *d) {
  const int is_gradient = c->shape.pass == MIM_CONVOLUTION_WEIGHT_GRADIENT;
  const dnnl_memory_desc_t *own = dnnl_primitive_desc_query_md(
      c->descriptor, is_gradient ? dnnl_query_diff_weights_md : dnnl_query_weights_md, 0);
  const dnnl_memory_desc_t *scratch =
      dnnl_primitive_desc_query_md(c->descriptor, dnnl_query_scratchpad_md, 0);
  c->bias_offset = floats(&d->plain_weights);
  c->weights_offset = c->bias_offset + floats(&d->bias);
  c->scratch_offset = c->weights_offset + floats(own);
  c->workspace = c->scratch_offset + floats(scratch);
  dnnl_primitive_desc_t reorder;
  if (make_memory(c, &c->plain, &d->plain_weights) || make_memory(c, &c->weights, own) ||
      make_memory(c, &c->scratch, scratch) ||
      dnnl_reorder_primitive_desc_create(
          &reorder, is_gradient ? own : &d->plain_weights, c->engine,
          is_gradient ? &d->plain_weights : own, c->engine, NULL))
    return 1;
  const int status = dnnl_primitive_create(&c->reorder, reorder);
  dnnl_primitive_desc_destroy(reorder);
  dnnl_memory_t from = is_gradient ? c->weights : c->plain;
  dnnl_memory_t to = is_gradient ? c->plain : c->weights;
  c->reorder_arguments[0] = (dnnl_exec_arg_t){DNNL_ARG_FROM, from};
  c->reorder_arguments[1] = (dnnl_exec_arg_t){DNNL_ARG_TO, to};
  return status;
}

static void add_argument(mim_convolution *c, int name, dnnl_memory_t memory) {
  c->arguments[c->argument_count++] = (dnnl_exec_arg_t){name, memory};
}

static void list_arguments(mim_convolution *c) {
  const mim_convolution_pass pass = c->shape.pass;
  const int dx = pass == MIM_CONVOLUTION_INPUT_GRADIENT;
  const int dw = pass == MIM_CONVOLUTION_WEIGHT_GRADIENT;
  add_argument(c, dx ? DNNL_ARG_DIFF_SRC : DNNL_ARG_SRC, c->x);
  add_argument(c, dx || dw ? DNNL_ARG_DIFF_DST : DNNL_ARG_DST, c->y);
  add_argument(c, dw ? DNNL_ARG_DIFF_WEIGHTS : DNNL_ARG_WEIGHTS, c->weights);
  add_argument(c, DNNL_ARG_SCRATCHPAD, c->scratch);
  if (c->shape.bias && !dx) add_argument(c, dw ? DNNL_ARG_DIFF_BIAS : DNNL_ARG_BIAS, c->bias);
}

int mim_convolution_create(const mim_convolution_shape *shape, mim_convolution **result) {
  mim_convolution *c = calloc(1, sizeof *c);
  if (!c) return 2;
  c->shape = *shape;
  descriptors d;
  if (dnnl_engine_create(&c->engine, dnnl_cpu, 0) ||
      dnnl_stream_create(&c->stream, c->engine, dnnl_stream_default_flags) ||
      describe(shape, &d) || choose_primitive(c, &d) || make_memory(c, &c->x, &d.x) ||
      make_memory(c, &c->y, &d.y) || make_memory(c, &c->bias, &d.bias) || make_weights(c, &d)) {
    mim_convolution_destroy(c);
    return 1;
  }
  list_arguments(c);
  *result = c;
  return 0;
}

void mim_convolution_destroy(mim_convolution *c) {
  if (!c) return;
  dnnl_memory_t memories[] = {c->x, c->y, c->weights, c->bias, c->plain, c->scratch};
  for (unsigned i = 0; i < sizeof memories / sizeof *memories; i++)
    if (memories[i]) dnnl_memory_destroy(memories[i]);
  if (c->reorder) dnnl_primitive_destroy(c->reorder);
  if (c->primitive) dnnl_primitive_destroy(c->primitive);
  if (c->descriptor) dnnl_primitive_desc_destroy(c->descriptor);
  if (c->stream) dnnl_stream_destroy(c->stream);
  if (c->engine) dnnl_engine_destroy(c->engine);
  free(c);
}

int64_t mim_convolution_workspace(const mim_convolution *c) { return c->workspace; }
int64_t mim_convolution_weights_offset(const mim_convolution *c) { return c->plain_offset; }
int64_t mim_convolution_bias_offset(const mim_convolution *c) { return c->bias_offset; }

const char *mim_convolution_implementation(const mim_convolution *c) {
  const char *name = NULL;
  dnnl_primitive_desc_query(c->descriptor, dnnl_query_impl_info_str, 0, &name);
  return name ? name : "";
}

int mim_convolution_bind(mim_convolution *c, float *x, float *y, float *workspace) {
  return dnnl_memory_set_data_handle(c->x, x) || dnnl_memory_set_data_handle(c->y, y) ||
         dnnl_memory_set_data_handle(c->plain, workspace + c->plain_offset) ||
         dnnl_memory_set_data_handle(c->bias, workspace + c->bias_offset) ||
         dnnl_memory_set_data_handle(c->weights, workspace + c->weights_offset) ||
         dnnl_memory_set_data_handle(c->scratch, workspace + c->scratch_offset);
}

int mim_convolution_run(const mim_convolution *c) {
  const int is_gradient = c->shape.pass == MIM_CONVOLUTION_WEIGHT_GRADIENT;
  if (!is_gradient && dnnl_primitive_execute(c->reorder, c->stream, 2, c->reorder_arguments))
    return 1;
  if (dnnl_primitive_execute(c->primitive, c->stream, c->argument_count, c->arguments)) return 1;
  return is_gradient && dnnl_primitive_execute(c->reorder, c->stream, 2, c->reorder_arguments);
}
