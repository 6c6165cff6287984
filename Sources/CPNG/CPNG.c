#include "CPNG.h"

#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Text chunks beyond this are refused: a compressed one can claim gigabytes. libpng clears what
// it allocates, so a small file gets a small limit too (deflate packs 1032 : 1 at best).
#define LARGEST_CHUNK ((size_t)64 << 20)
#define SMALLEST_CHUNK_LIMIT ((size_t)256 << 10)

typedef struct {
  const uint8_t *bytes;
  size_t size;
  size_t position;
} source;

typedef struct {
  uint8_t *bytes;
  size_t size;
  size_t capacity;
} sink;

typedef struct {
  char *text;
  size_t size;
} message_buffer;

static void say(message_buffer *message, const char *text) {
  if (message->text != NULL && message->size > 0) {
    snprintf(message->text, message->size, "%s", text);
  }
}

static void on_error(png_structp png, png_const_charp text) {
  say(png_get_error_ptr(png), text);
  png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp text) {
  (void)png;
  (void)text;
}

static void read_bytes(png_structp png, png_bytep out, size_t count) {
  source *from = png_get_io_ptr(png);
  if (count > from->size - from->position) {
    png_error(png, "the file ends before the picture does");
  }
  memcpy(out, from->bytes + from->position, count);
  from->position += count;
}

static void write_bytes(png_structp png, png_bytep bytes, size_t count) {
  sink *to = png_get_io_ptr(png);
  if (count > SIZE_MAX / 2 - to->size) png_error(png, "the picture is too large");
  size_t needed = to->size + count;
  if (needed > to->capacity) {
    size_t capacity = needed < 4096 ? 8192 : needed * 2;
    uint8_t *grown = realloc(to->bytes, capacity);
    if (grown == NULL) png_error(png, "out of memory");
    to->bytes = grown;
    to->capacity = capacity;
  }
  memcpy(to->bytes + to->size, bytes, count);
  to->size = needed;
}

static void flush_nothing(png_structp png) { (void)png; }

static png_alloc_size_t chunk_limit(size_t file_size) {
  if (file_size >= LARGEST_CHUNK / 1032) return LARGEST_CHUNK;
  size_t limit = file_size * 1032;
  return limit < SMALLEST_CHUNK_LIMIT ? SMALLEST_CHUNK_LIMIT : limit;
}

// Makes a reader, or says why not. The caller must set its own jump before using it.
static int open_reader(source *from, message_buffer *message, png_structp *png, png_infop *info) {
  if (from->bytes == NULL || from->size < 8 || png_sig_cmp(from->bytes, 0, 8) != 0) {
    say(message, "not a PNG file");
    return CPNG_NOT_PNG;
  }
  *png = png_create_read_struct(PNG_LIBPNG_VER_STRING, message, on_error, on_warning);
  if (*png == NULL) return CPNG_NO_MEMORY;
  *info = png_create_info_struct(*png);
  if (*info == NULL) {
    png_destroy_read_struct(png, NULL, NULL);
    return CPNG_NO_MEMORY;
  }
  png_set_read_fn(*png, from, read_bytes);
  png_set_chunk_malloc_max(*png, chunk_limit(from->size));
  png_set_user_limits(*png, 0x7fffffff, 0x7fffffff);
  return CPNG_OK;
}

// What the picture has once palettes, small depths and transparency are expanded.
static uint32_t expanded_channels(png_structp png, png_infop info) {
  png_byte type = png_get_color_type(png, info);
  int transparent = png_get_valid(png, info, PNG_INFO_tRNS) != 0;
  switch (type) {
    case PNG_COLOR_TYPE_GRAY: return transparent ? 2 : 1;
    case PNG_COLOR_TYPE_GRAY_ALPHA: return 2;
    case PNG_COLOR_TYPE_RGB_ALPHA: return 4;
    default: return transparent ? 4 : 3;
  }
}

static void fill_header(png_structp png, png_infop info, cpng_header *header) {
  header->width = png_get_image_width(png, info);
  header->height = png_get_image_height(png, info);
  header->bit_depth = png_get_bit_depth(png, info);
  header->channels = expanded_channels(png, info);
}

int cpng_read_header(const uint8_t *bytes, size_t size, cpng_header *header, char *message,
                     size_t message_size) {
  message_buffer text = {message, message_size};
  source from = {bytes, size, 0};
  png_structp png = NULL;
  png_infop info = NULL;
  memset(header, 0, sizeof *header);
  int status = open_reader(&from, &text, &png, &info);
  if (status != CPNG_OK) return status;
  if (setjmp(png_jmpbuf(png))) {
    png_destroy_read_struct(&png, &info, NULL);
    memset(header, 0, sizeof *header);
    return CPNG_DAMAGED;
  }
  png_read_info(png, info);
  fill_header(png, info, header);
  png_destroy_read_struct(&png, &info, NULL);
  return CPNG_OK;
}

// Asks libpng for 8-bit rows with the wanted channels.
static void set_conversions(png_structp png, png_infop info, uint32_t stored, uint32_t wanted) {
  png_set_expand(png);
  png_set_scale_16(png);
  int has_alpha = stored == 2 || stored == 4;
  int wants_alpha = wanted == 2 || wanted == 4;
  if (has_alpha && !wants_alpha) {
    png_color_16 white = {.red = 255, .green = 255, .blue = 255, .gray = 255};
    png_set_background(png, &white, PNG_BACKGROUND_GAMMA_SCREEN, 0, 1.0);
  }
  if (stored <= 2 && wanted >= 3) png_set_gray_to_rgb(png);
  if (stored >= 3 && wanted <= 2) png_set_rgb_to_gray_fixed(png, 1, -1, -1);
  if (!has_alpha && wants_alpha) png_set_add_alpha(png, 255, PNG_FILLER_AFTER);
  png_set_interlace_handling(png);
  png_read_update_info(png, info);
}

int cpng_decode(const uint8_t *bytes, size_t size, uint32_t channels, uint64_t max_pixels,
                uint8_t **pixels, cpng_header *header, char *message, size_t message_size) {
  message_buffer text = {message, message_size};
  source from = {bytes, size, 0};
  png_structp png = NULL;
  png_infop info = NULL;
  uint8_t *volatile image = NULL;
  png_bytep *volatile rows = NULL;
  volatile int failure = CPNG_DAMAGED;
  *pixels = NULL;
  memset(header, 0, sizeof *header);
  if (channels > 4) return CPNG_BAD_ARGUMENT;
  int status = open_reader(&from, &text, &png, &info);
  if (status != CPNG_OK) return status;
  if (setjmp(png_jmpbuf(png))) {
    png_destroy_read_struct(&png, &info, NULL);
    free(image);
    free(rows);
    memset(header, 0, sizeof *header);
    return failure;
  }
  png_read_info(png, info);
  fill_header(png, info, header);
  if ((uint64_t)header->width * header->height > max_pixels) {
    failure = CPNG_TOO_LARGE;
    png_error(png, "more pixels than allowed");
  }
  uint32_t wanted = channels == 0 ? header->channels : channels;
  set_conversions(png, info, header->channels, wanted);
  size_t row_size = (size_t)header->width * wanted;
  if (png_get_rowbytes(png, info) != row_size || png_get_bit_depth(png, info) != 8) {
    png_error(png, "unexpected row size");
  }
  if (row_size > SIZE_MAX / header->height) png_error(png, "too large");
  failure = CPNG_NO_MEMORY;
  image = malloc(row_size * header->height);
  rows = malloc(sizeof(png_bytep) * header->height);
  if (image == NULL || rows == NULL) png_error(png, "out of memory");
  failure = CPNG_DAMAGED;
  for (uint32_t row = 0; row < header->height; row++) rows[row] = image + row * row_size;
  png_read_image(png, rows);
  png_read_end(png, NULL);
  png_destroy_read_struct(&png, &info, NULL);
  free(rows);
  header->channels = wanted;
  *pixels = image;
  return CPNG_OK;
}

// Adds the text chunks; libpng copies the strings.
static void set_text(png_structp png, png_infop info, const char *const *keys,
                     const char *const *values, size_t count) {
  for (size_t index = 0; index < count; index++) {
    size_t length = strlen(values[index]);
    png_text entry = {0};
    // Plain, so that a recipe can be found by looking through the bytes.
    entry.compression = PNG_ITXT_COMPRESSION_NONE;
    entry.key = (png_charp)keys[index];
    entry.text = (png_charp)values[index];
    entry.itxt_length = length;
    entry.lang = (png_charp) "";
    entry.lang_key = (png_charp) "";
    png_set_text(png, info, &entry, 1);
  }
}

static int text_arguments_fit(const char *const *keys, const char *const *values, size_t count) {
  if (count > 0 && (keys == NULL || values == NULL)) return 0;
  for (size_t index = 0; index < count; index++) {
    if (keys[index] == NULL || values[index] == NULL) return 0;
    size_t length = strlen(keys[index]);
    if (length == 0 || length > 79) return 0;
  }
  return 1;
}

static int color_type(uint32_t channels) {
  static const int types[] = {PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB,
                              PNG_COLOR_TYPE_RGB_ALPHA};
  return types[channels - 1];
}

int cpng_encode(const uint8_t *pixels, uint32_t width, uint32_t height, uint32_t channels,
                double dpi, const char *const *keys, const char *const *values,
                size_t text_count, uint8_t **out, size_t *out_size, char *message,
                size_t message_size) {
  message_buffer text = {message, message_size};
  sink to = {NULL, 0, 0};
  sink *const target = &to;  // reached by address only, so that longjmp leaves it as it is
  *out = NULL;
  *out_size = 0;
  if (pixels == NULL || width == 0 || height == 0 || channels == 0 || channels > 4 ||
      !text_arguments_fit(keys, values, text_count)) {
    say(&text, "a picture needs a size, 1 to 4 channels, and text keys of 1 to 79 bytes");
    return CPNG_BAD_ARGUMENT;
  }
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &text, on_error, on_warning);
  if (png == NULL) return CPNG_NO_MEMORY;
  png_infop info = png_create_info_struct(png);
  if (info == NULL) {
    png_destroy_write_struct(&png, NULL);
    return CPNG_NO_MEMORY;
  }
  if (setjmp(png_jmpbuf(png))) {
    png_destroy_write_struct(&png, &info);
    free(target->bytes);
    return CPNG_DAMAGED;
  }
  png_set_write_fn(png, target, write_bytes, flush_nothing);
  png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
  png_set_IHDR(png, info, width, height, 8, color_type(channels), PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  if (dpi > 0 && dpi < 1e7) {
    png_uint_32 per_meter = (png_uint_32)(dpi / 0.0254 + 0.5);
    png_set_pHYs(png, info, per_meter, per_meter, PNG_RESOLUTION_METER);
  }
  set_text(png, info, keys, values, text_count);
  png_write_info(png, info);
  for (uint32_t row = 0; row < height; row++) {
    png_write_row(png, pixels + (size_t)row * width * channels);
  }
  png_write_end(png, NULL);
  png_destroy_write_struct(&png, &info);
  *out = target->bytes;
  *out_size = target->size;
  return CPNG_OK;
}

static size_t entry_length(const png_text *entry) {
  if (entry->text == NULL) return 0;
  size_t length = entry->compression >= PNG_ITXT_COMPRESSION_NONE ? entry->itxt_length
                                                                  : entry->text_length;
  return strnlen(entry->text, length);
}

// Lays key, NUL, value, NUL one after another.
static char *join_text(const png_text *entries, int count, size_t *size) {
  size_t total = 0;
  for (int index = 0; index < count; index++) {
    total += strlen(entries[index].key) + entry_length(&entries[index]) + 2;
  }
  char *joined = malloc(total);
  if (joined == NULL) return NULL;
  char *end = joined;
  for (int index = 0; index < count; index++) {
    size_t key_length = strlen(entries[index].key);
    size_t length = entry_length(&entries[index]);
    memcpy(end, entries[index].key, key_length + 1);
    end += key_length + 1;
    if (length > 0) memcpy(end, entries[index].text, length);
    end[length] = 0;
    end += length + 1;
  }
  *size = total;
  return joined;
}

int cpng_text(const uint8_t *bytes, size_t size, char **joined, size_t *joined_size,
              size_t *count, char *message, size_t message_size) {
  message_buffer text = {message, message_size};
  source from = {bytes, size, 0};
  png_structp png = NULL;
  png_infop info = NULL;
  *joined = NULL;
  *joined_size = 0;
  *count = 0;
  int status = open_reader(&from, &text, &png, &info);
  if (status != CPNG_OK) return status;
  if (setjmp(png_jmpbuf(png))) {
    png_destroy_read_struct(&png, &info, NULL);
    return CPNG_DAMAGED;
  }
  png_read_info(png, info);
  // Skips the pixels: with png_read_end, chunks behind them would need the image decoded.
  png_textp entries = NULL;
  int found = 0;
  png_get_text(png, info, &entries, &found);
  if (found > 0) {
    *joined = join_text(entries, found, joined_size);
    status = *joined == NULL ? CPNG_NO_MEMORY : CPNG_OK;
    *count = *joined == NULL ? 0 : (size_t)found;
  }
  png_destroy_read_struct(&png, &info, NULL);
  return status;
}

void cpng_free(void *memory) { free(memory); }
