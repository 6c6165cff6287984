#include "CKernels.h"

#include <math.h>
#include <string.h>

// The working memory: the first layer's input of every image, [height + 1][width + 2] pixels with
// a border of zeros above and at both sides, channels innermost; then per layer and image two rows
// [2][width + 2], the one being computed and the one above it.

enum { TAPS_A = 4, TAPS_B = 5 };

// Rounded up so that every image's part starts at a 64-byte boundary.
static int64_t input_size(const mim_pixelcnn *net) {
  return ((net->height + 1) * (net->width + 2) * net->input_channels + 15) / 16 * 16;
}

static int64_t rows_size(const mim_pixelcnn *net) { return 2 * (net->width + 2) * net->channels; }

int64_t mim_pixelcnn_workspace(const mim_pixelcnn *net, int64_t images) {
  return images * (input_size(net) + net->layers * rows_size(net));
}

// The place of the input's pixel, in an image's part.
static int64_t input_place(const mim_pixelcnn *net, int64_t row, int64_t column) {
  return ((row + 1) * (net->width + 2) + column + 1) * net->input_channels;
}

static void place_condition(const mim_pixelcnn *net, const float *condition, float *input) {
  const int64_t pixels = net->height * net->width;
  for (int64_t c = net->image_channels; c < net->input_channels; c++, condition += pixels)
    for (int64_t p = 0; p < pixels; p++)
      input[input_place(net, p / net->width, p % net->width) + c] = condition[p];
}

// Where the taps of a pixel lie: the row above from left to right, left of it, itself.
static void tap_offsets(int64_t above, int64_t here, int64_t channels, int64_t offsets[TAPS_B]) {
  for (int64_t tap = 0; tap < 3; tap++) offsets[tap] = above + (tap - 1) * channels;
  offsets[3] = here - channels;
  offsets[4] = here;
}

// The kernel of one layer, for the set in use.
static void run(const mim_pixel_column *column) {
  mim_instruction instruction;
  instruction.operands.pixel_column = *column;
  mim_kernel_function(MIM_PIXEL_COLUMN, mim_chosen_variant())(&instruction);
}

// All layers at one pixel; returns the last layer's column of the first image.
static const float *pass(const mim_pixelcnn *net, int64_t images, int64_t row, int64_t column, const float *input, float *rows) {
  const int64_t channels = net->channels, width = (net->width + 2) * channels;
  const int64_t above = ((row + 1) & 1) * width + (column + 1) * channels;
  const int64_t here = (row & 1) * width + (column + 1) * channels;
  int64_t offsets[TAPS_B];
  tap_offsets(input_place(net, row - 1, column), input_place(net, row, column),
              net->input_channels, offsets);
  mim_pixel_column c = {.images = images, .taps = TAPS_A, .inputs = net->input_channels,
                        .outputs = channels, .input = input, .input_stride = input_size(net),
                        .offsets = offsets, .weights = net->weights, .shifts = net->shifts,
                        .output = rows + here, .output_stride = rows_size(net)};
  run(&c);
  tap_offsets(above, here, channels, offsets);
  for (int64_t layer = 1; layer < net->layers; layer++) {
    c.input = c.output - here;
    c.weights += c.taps * c.inputs * channels;
    c.shifts += channels;
    c.taps = TAPS_B, c.inputs = channels, c.input_stride = rows_size(net);
    c.output += images * rows_size(net);
    run(&c);
  }
  return c.output;
}

static float sigmoid(float x) { return 1 / (1 + expf(-x)); }

static float within(float low, float high, float x) { return fminf(fmaxf(x, low), high); }

// The logit of a mean of 1 − 1e-5: Bernoulli means are kept that far from 0 and 1.
#define LOGIT_LIMIT 11.512915f

// A pixel's channel from its heads' outputs, `stride` apart.
static float drawn(const mim_pixelcnn *net, const float *heads, int64_t stride, float u) {
  if (net->draw == MIM_PIXEL_BERNOULLI)
    return u < sigmoid(within(-LOGIT_LIMIT, LOGIT_LIMIT, heads[0]));
  const float mean = within(1.0f / 512, 1 - 1.0f / 512, sigmoid(heads[0]));
  const float scale = expf(within(-4.5f, 0, heads[net->image_channels * stride]));
  const float real = mean + scale * (logf(u) - logf(1 - u));
  // Rounded as `DiscretisedLogistic` rounds an intensity.
  return within(0, 255, floorf(256 * real)) * (1.0f / 256) * (256.0f / 255);
}

// The heads of every image at a pixel, the draw (or the known value, unless that is NULL), and its
// place in the next pixels' input.
static void draw_pixel(const mim_pixelcnn *net, int64_t images, int64_t pixel,
                       const float *features, const float *uniforms, const float *known,
                       float *samples, float *outputs, float *input) {
  const int64_t pixels = net->height * net->width;
  const int64_t place = input_place(net, pixel / net->width, pixel % net->width);
  for (int64_t n = 0; n < images; n++, features += rows_size(net)) {
    float *heads = outputs + n * net->heads * pixels + pixel;
    for (int64_t h = 0; h < net->heads; h++) {
      float sum = net->head_biases[h];
      for (int64_t c = 0; c < net->channels; c++)
        sum += net->head_weights[h * net->channels + c] * features[c];
      heads[h * pixels] = sum;
    }
    for (int64_t c = 0; c < net->image_channels; c++) {
      const int64_t at = (n * net->image_channels + c) * pixels + pixel;
      samples[at] = known ? known[at] : drawn(net, heads + c * pixels, pixels, uniforms[at]);
      input[n * input_size(net) + place + c] = samples[at];
    }
  }
}

typedef struct {
  const mim_pixelcnn *net;
  int64_t images;
  const float *condition, *uniforms, *known;
  int64_t given;
  float *samples, *outputs, *workspace;
} drawing;

// Draws one part of the images.
static void draw_part(void *context, int part, int parts) {
  const drawing *d = context;
  const mim_pixelcnn *net = d->net;
  const int64_t first = d->images * part / parts, images = d->images * (part + 1) / parts - first;
  const int64_t pixels = net->height * net->width;
  const int64_t conditions = net->input_channels - net->image_channels;
  float *input = d->workspace + mim_pixelcnn_workspace(net, first);
  float *rows = input + images * input_size(net);
  memset(input, 0, mim_pixelcnn_workspace(net, images) * sizeof(float));
  for (int64_t n = 0; n < images; n++)
    place_condition(net, d->condition + (first + n) * conditions * pixels,
                    input + n * input_size(net));
  const int64_t before = first * pixels * net->image_channels;
  for (int64_t pixel = 0; pixel < pixels; pixel++) {
    const float *features =
        pass(net, images, pixel / net->width, pixel % net->width, input, rows);
    draw_pixel(net, images, pixel, features, d->uniforms + before,
               pixel < d->given ? d->known + before : NULL, d->samples + before,
               d->outputs + first * net->heads * pixels, input);
  }
}

void mim_pixelcnn_sample(const mim_pixelcnn *net, int64_t images, const float *condition,
                         const float *uniforms, const float *known, int64_t given, float *samples,
                         float *outputs, float *workspace, int threads) {
  drawing all = {net,   images,  condition, uniforms, known, known ? given : 0,
                 samples, outputs, workspace};
  mim_parallel(threads < 1 ? 1 : threads, draw_part, &all);
}
