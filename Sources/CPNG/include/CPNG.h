// A flat interface to libpng. libpng reports errors by longjmp, which Swift cannot cross, so
// every jump starts and ends inside CPNG.c and comes out as a status code with a message.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// What a call came to. Anything but CPNG_OK leaves the outputs NULL or zero.
enum {
  CPNG_OK = 0,
  CPNG_NOT_PNG = 1,      // the bytes do not start with the PNG signature
  CPNG_DAMAGED = 2,      // libpng refused the bytes; the message says why
  CPNG_TOO_LARGE = 3,    // more pixels than the caller allows
  CPNG_NO_MEMORY = 4,
  CPNG_BAD_ARGUMENT = 5  // a size of zero, an unknown channel count, a key longer than 79 bytes
};

// The message buffers that callers pass should have this many bytes.
#define CPNG_MESSAGE_SIZE 256

// What the header of a PNG says.
typedef struct {
  uint32_t width;
  uint32_t height;
  uint32_t channels;   // after decoding: 1 grey, 2 grey + alpha, 3 RGB, 4 RGBA
  uint32_t bit_depth;  // as stored: 1, 2, 4, 8 or 16
} cpng_header;

// Reads the header only. `message` may be NULL; else it receives `message_size` bytes at most.
int cpng_read_header(const uint8_t *bytes, size_t size, cpng_header *header, char *message,
                     size_t message_size);

// Decodes to 8 bits a channel, rows from the top, channels interleaved. Palettes become RGB,
// fewer than 8 bits are spread over 0..255, 16 bits are scaled down, transparency becomes alpha.
// `channels`: 1, 2, 3 or 4 converts to that many (grey from colour: Rec. 709 luma; alpha is
// dropped by blending on white); 0 keeps what the file has. `max_pixels` bounds width * height.
// `*pixels` (width * height * header->channels bytes) is freed with cpng_free.
int cpng_decode(const uint8_t *bytes, size_t size, uint32_t channels, uint64_t max_pixels,
                uint8_t **pixels, cpng_header *header, char *message, size_t message_size);

// Encodes 8-bit pixels, rows from the top, channels interleaved (1 grey, 2 grey + alpha, 3 RGB,
// 4 RGBA). `dpi` > 0 is stored as the resolution. `text_count` pairs of UTF-8 strings become
// iTXt chunks before the pixels (not compressed); keys have 1..79 bytes of Latin-1. No
// time is stored: equal input gives equal bytes. `*out` is freed with cpng_free.
int cpng_encode(const uint8_t *pixels, uint32_t width, uint32_t height, uint32_t channels,
                double dpi, const char *const *keys, const char *const *values,
                size_t text_count, uint8_t **out, size_t *out_size, char *message,
                size_t message_size);

// Reads all text chunks (tEXt, zTXt, iTXt) as one buffer of `*count` pairs: key, NUL, value,
// NUL, key, … `*text` is NULL when there is none; freed with cpng_free.
int cpng_text(const uint8_t *bytes, size_t size, char **text, size_t *text_size, size_t *count,
              char *message, size_t message_size);

// Frees what cpng_decode, cpng_encode and cpng_text made. NULL is allowed.
void cpng_free(void *memory);

#ifdef __cplusplus
}
#endif
