#include "weighted_rows.h"

#include "instruction_sets.h"

typedef float Row __attribute__((ext_vector_type(MIM_ROW)));
typedef float LooseRow __attribute__((ext_vector_type(MIM_ROW), aligned(4)));

// Two sums hide the time that one addition waits for the one before, and fit the registers of every set but the baseline.
FOR_EVERY_SET(void, mim_add_weighted_rows,
              (const float *weights, const float *rows, const int32_t *chosen, size_t count,
               float *sum), (weights, rows, chosen, count, sum)) {
  Row first = *(const LooseRow *)sum, second = {0};
  size_t k = 0;
  for (; k + 2 <= count; k += 2) {
    const size_t one = (size_t)chosen[k], other = (size_t)chosen[k + 1];
    first += weights[one] * *(const LooseRow *)(rows + one * MIM_ROW);
    second += weights[other] * *(const LooseRow *)(rows + other * MIM_ROW);
  }
  if (k < count) {
    const size_t one = (size_t)chosen[k];
    first += weights[one] * *(const LooseRow *)(rows + one * MIM_ROW);
  }
  *(LooseRow *)sum = first + second;
}
