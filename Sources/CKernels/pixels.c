#include "pixels.h"

#include "wide_doubles.h"

typedef float Floats __attribute__((ext_vector_type(16)));
typedef float LooseFloats __attribute__((ext_vector_type(16), aligned(4)));

enum { FLOATS = 16, SIDE = 4 };

#define LOAD_FLOATS(pointer) (*(const LooseFloats *)(pointer))

FOR_EVERY_SET(void, mim_dequantise,
              (const uint8_t *bytes, const float *noise, size_t count, float *values),
              (bytes, noise, count, values)) {
  for (size_t i = 0; i < count; i++) {
    float value = ((float)bytes[i] + noise[i]) * (1.0f / 256);
    value = value < 0.001f ? 0.001f : value;
    values[i] = value > 0.999f ? 0.999f : value;
  }
}

FOR_EVERY_SET(void, mim_project, (const float *items, size_t rows, size_t width, const float *mean,
               const float *components, size_t outputs, float *centred, float *result),
              (items, rows, width, mean, components, outputs, centred, result)) {
  for (size_t row = 0; row < rows; row++) {
    for (size_t i = 0; i < width; i++) centred[i] = items[row * width + i] - mean[i];
    // Four components side by side, so that sums don't wait for each other.
    for (size_t first = 0; first < outputs; first += SIDE) {
      const float *component[SIDE];
      for (size_t s = 0; s < SIDE; s++)
        component[s] = components + (first + s < outputs ? first + s : outputs - 1) * width;
      Floats sums[SIDE] = {0};
      size_t i = 0;
      for (; i + FLOATS <= width; i += FLOATS)
#pragma clang loop unroll(full)
        for (int s = 0; s < SIDE; s++)
          sums[s] += LOAD_FLOATS(centred + i) * LOAD_FLOATS(component[s] + i);
      for (size_t s = 0; s < SIDE && first + s < outputs; s++) {
        float sum = 0;
        for (int lane = 0; lane < FLOATS; lane++) sum += sums[s][lane];
        for (size_t rest = i; rest < width; rest++) sum += centred[rest] * component[s][rest];
        result[row * outputs + first + s] = sum;
      }
    }
  }
}
