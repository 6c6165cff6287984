#include "CTestSet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CKernels.h"

static const char *requested(void) {
  const char *word = getenv("MIM_ISA");
  return word && *word ? word : NULL;
}

const char *mim_test_set(void) { return requested(); }

// Before anything is computed. A set that can't be had ends the tests: to run them on another would say nothing.
__attribute__((constructor)) static void restrict_tests(void) {
  static const char *const words[] = {"baseline", "avx2", "avx512"};
  const char *word = requested();
  if (!word) return;
  for (int i = 0; i < 3; i++)
    if (strcmp(word, words[i]) == 0 && mim_restrict_variant((mim_variant)i) == 0) return;
  fprintf(stderr, "MIM_ISA=%s: this processor has no such instruction set\n", word);
  exit(2);
}
