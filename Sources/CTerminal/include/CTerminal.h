// The prompt's edge to libedit: its variadic calls, its editor functions, and the terminal modes
// that Swift can't reach safely. One editor a process; all calls from one thread.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cterminal_editor cterminal_editor;

typedef enum {
  CTERMINAL_LINE = 0,        // a line was read
  CTERMINAL_END = 1,         // Ctrl-D on an empty line, or the terminal went away
  CTERMINAL_INTERRUPTED = 2  // Ctrl-C: what was typed is dropped
} cterminal_status;

// Receives the text before the cursor and the whole line (both UTF-8). It fills `insert` with what
// Tab adds at the cursor (a malloc'ed string, or NULL) and `list` with what it prints below the
// line when more than one continuation is possible (malloc'ed, or NULL). The editor frees both.
typedef void (*cterminal_complete)(
    void *context, const char *before, const char *line, char **insert, char **list);

// Opens an editor on standard input and output. NULL when libedit can't have the terminal.
cterminal_editor *cterminal_open(const char *program, void *context, cterminal_complete complete);

// Restores the terminal and frees the editor.
void cterminal_close(cterminal_editor *editor);

// Reads one line under `prompt`; a bracketed paste of several lines arrives as one "line" with
// newlines inside. On CTERMINAL_LINE `*line` is the text without its final newline, valid until
// the next call.
cterminal_status cterminal_read(
    cterminal_editor *editor, const char *prompt, const char **line, size_t *length);

// Puts text before what is typed next, as if it had been typed.
void cterminal_push(cterminal_editor *editor, const char *text);

// Says that the main thread begins (1) or has ended (0) a read that a signal has to interrupt; cterminal_read does so itself.
void cterminal_set_reading(int on);

// Adds an entry (may hold newlines) to what the arrow keys and Ctrl-R recall.
void cterminal_remember(cterminal_editor *editor, const char *entry);

// Columns and rows of the terminal on `descriptor`; 80 × 24 where it has none.
void cterminal_size(int descriptor, int *columns, int *rows);

// Width and height of a character of the terminal on `descriptor` in pixels; 0 × 0 where it doesn't say.
void cterminal_cell(int descriptor, int *width, int *height);

// Told of a signal, on a thread of its own: an ordinary function, free to lock and allocate.
typedef void (*cterminal_signal)(void *context, int32_t number);

// Has `handler` called for SIGINT, SIGTERM and SIGHUP, and makes a write to a closed pipe fail
// (EPIPE) instead of ending the program. To be called once, on the main thread, before any other
// thread starts. 0 where no thread can be made; the signals then end the program as usual.
int cterminal_watch_signals(void *context, cterminal_signal handler);

#ifdef __cplusplus
}
#endif
