#include "CTerminal.h"

#include <errno.h>
#include <histedit.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#define REMEMBERED_ENTRIES 5000
// A paste larger than this is cut: nobody edits a megabyte on a prompt.
#define PASTE_LIMIT (1 << 20)

struct cterminal_editor {
  EditLine *edit;
  History *history;
  const char *prompt;
  char *line;  // the last line without its newline
  void *context;
  cterminal_complete complete;
};

static char *show_prompt(EditLine *edit) {
  cterminal_editor *editor = NULL;
  el_get(edit, EL_CLIENTDATA, &editor);
  return (char *)(editor->prompt ? editor->prompt : "");
}

static const char paste_end[] = "\033[201~";

// libedit has no bracketed paste: without this the end mark arrives as text and each newline
// submits a line. The whole paste becomes one insertion at the cursor.
static unsigned char insert_paste(EditLine *edit, int key) {
  (void)key;
  size_t used = 0, capacity = 4096;
  char *text = malloc(capacity);
  if (!text) return CC_ERROR;
  const size_t mark = sizeof paste_end - 1;
  for (;;) {
    char byte;
    if (el_getc(edit, &byte) != 1) break;
    // Terminals send a pasted newline as carriage return.
    if (byte == '\r') byte = '\n';
    if (used + 1 >= capacity) {
      char *grown = realloc(text, capacity * 2);
      if (!grown) break;
      text = grown;
      capacity *= 2;
    }
    text[used++] = byte;
    if (used >= mark && memcmp(text + used - mark, paste_end, mark) == 0) {
      used -= mark;
      break;
    }
    if (used >= PASTE_LIMIT + mark) used = PASTE_LIMIT;
  }
  // The newline that ends a copied block is not meant as a second line.
  while (used > 0 && text[used - 1] == '\n') used--;
  text[used] = '\0';
  // Tabs would trigger nothing here, but libedit shows them as eight columns; code wants two.
  for (size_t i = 0; i < used; i++)
    if (text[i] == '\t') text[i] = ' ';
  int inserted = el_insertstr(edit, text);
  free(text);
  return inserted == -1 ? CC_ERROR : CC_REFRESH;
}

// A terminal that was asked what it can show may answer so late that the answer comes among the keys.
#define ANSWER_LIMIT 256

// Its rest up to BEL or ESC \, which end strings.
static unsigned char drop_answer_string(EditLine *edit, int key) {
  (void)key;
  char byte = 0;
  for (int count = 0; count < ANSWER_LIMIT && el_getc(edit, &byte) == 1; count++) {
    if (byte == '\a') break;
    if (byte != '\033') continue;
    el_getc(edit, &byte);
    break;
  }
  return CC_NORM;
}

// Its rest up to the letter that ends a control sequence.
static unsigned char drop_answer_sequence(EditLine *edit, int key) {
  (void)key;
  char byte = 0;
  for (int count = 0; count < ANSWER_LIMIT && el_getc(edit, &byte) == 1; count++)
    if (byte >= 0x40 && byte <= 0x7e) break;
  return CC_NORM;
}

static char *copy_text(const char *from, const char *to) {
  size_t length = (size_t)(to - from);
  char *copy = malloc(length + 1);
  if (!copy) return NULL;
  memcpy(copy, from, length);
  copy[length] = '\0';
  return copy;
}

static unsigned char complete_word(EditLine *edit, int key) {
  (void)key;
  cterminal_editor *editor = NULL;
  el_get(edit, EL_CLIENTDATA, &editor);
  if (!editor->complete) return CC_ERROR;
  const LineInfo *info = el_line(edit);
  char *before = copy_text(info->buffer, info->cursor);
  char *line = copy_text(info->buffer, info->lastchar);
  if (!before || !line) {
    free(before);
    free(line);
    return CC_ERROR;
  }
  char *insert = NULL, *list = NULL;
  editor->complete(editor->context, before, line, &insert, &list);
  unsigned char result = CC_ERROR;
  if (insert && *insert && el_insertstr(edit, insert) != -1) result = CC_REFRESH;
  if (list && *list) {
    printf("\n%s\n", list);
    fflush(stdout);
    result = CC_REDISPLAY;
  }
  free(before);
  free(line);
  free(insert);
  free(list);
  return result;
}

cterminal_editor *cterminal_open(const char *program, void *context, cterminal_complete complete) {
  // UTF-8 input needs the user's locale; the plain C locale would mangle it.
  if (!setlocale(LC_CTYPE, "") || MB_CUR_MAX == 1) setlocale(LC_CTYPE, "C.UTF-8");
  cterminal_editor *editor = calloc(1, sizeof *editor);
  if (!editor) return NULL;
  editor->context = context;
  editor->complete = complete;
  editor->edit = el_init(program, stdin, stdout, stderr);
  editor->history = history_init();
  if (!editor->edit || !editor->history) {
    cterminal_close(editor);
    return NULL;
  }
  HistEvent event;
  history(editor->history, &event, H_SETSIZE, REMEMBERED_ENTRIES);
  history(editor->history, &event, H_SETUNIQUE, 1);
  el_set(editor->edit, EL_CLIENTDATA, editor);
  el_set(editor->edit, EL_PROMPT, show_prompt);
  el_set(editor->edit, EL_HIST, history, editor->history);
  el_set(editor->edit, EL_EDITOR, "emacs");
  el_set(editor->edit, EL_SIGNAL, 0);
  el_set(editor->edit, EL_ADDFN, "mim-paste", "insert a bracketed paste", insert_paste);
  el_set(editor->edit, EL_ADDFN, "mim-complete", "complete what is before the cursor",
         complete_word);
  el_set(editor->edit, EL_ADDFN, "mim-answer", "drop a terminal's late answer",
         drop_answer_string);
  el_set(editor->edit, EL_ADDFN, "mim-report", "drop a terminal's late report",
         drop_answer_sequence);
  el_set(editor->edit, EL_BIND, "\033_G", "mim-answer", NULL);
  el_set(editor->edit, EL_BIND, "\033]1337", "mim-answer", NULL);
  el_set(editor->edit, EL_BIND, "\033P>|", "mim-answer", NULL);
  el_set(editor->edit, EL_BIND, "\033[?", "mim-report", NULL);
  el_set(editor->edit, EL_BIND, "\033[6;", "mim-report", NULL);
  el_set(editor->edit, EL_BIND, "\033[200~", "mim-paste", NULL);
  el_set(editor->edit, EL_BIND, "^I", "mim-complete", NULL);
  el_set(editor->edit, EL_BIND, "^R", "em-inc-search-prev", NULL);
  // Home, End, Delete and Ctrl-arrows as most terminals send them.
  el_set(editor->edit, EL_BIND, "\033[H", "ed-move-to-beg", NULL);
  el_set(editor->edit, EL_BIND, "\033[F", "ed-move-to-end", NULL);
  el_set(editor->edit, EL_BIND, "\033[3~", "ed-delete-next-char", NULL);
  el_set(editor->edit, EL_BIND, "\033[1;5C", "em-next-word", NULL);
  el_set(editor->edit, EL_BIND, "\033[1;5D", "ed-prev-word", NULL);
  el_source(editor->edit, NULL);  // the user's ~/.editrc has the last word
  return editor;
}

void cterminal_close(cterminal_editor *editor) {
  if (!editor) return;
  if (editor->edit) el_end(editor->edit);
  if (editor->history) history_end(editor->history);
  free(editor->line);
  free(editor);
}

static void set_bracketed_paste(int on) {
  const char *sequence = on ? "\033[?2004h" : "\033[?2004l";
  const char *term = getenv("TERM");
  if (!term || strcmp(term, "dumb") == 0) return;
  fputs(sequence, stdout);
  fflush(stdout);
}

// Set when a signal has interrupted a read: within a search, libedit takes that for the end of the input.
static volatile sig_atomic_t woken = 0;
// The number of the read in which the main thread is, or is about to be; 0: none.
static atomic_int reading = 0;

void cterminal_set_reading(int on) {
  static int last = 0;
  if (on) woken = 0;
  if (on) last = last % 1000000 + 1;
  atomic_store(&reading, on ? last : 0);
}

cterminal_status cterminal_read(
    cterminal_editor *editor, const char *prompt, const char **line, size_t *length) {
  *line = "";
  *length = 0;
  editor->prompt = prompt;
  int count = 0;
  set_bracketed_paste(1);
  cterminal_set_reading(1);
  errno = 0;
  const char *text = el_gets(editor->edit, &count);
  int failure = errno;
  cterminal_set_reading(0);
  set_bracketed_paste(0);
  if (!text) {
    if (woken || (count == -1 && failure == EINTR)) {
      // The signal may have been SIGTERM: then the caller sees the end signal first.
      el_reset(editor->edit);
      fputc('\n', stdout);
      fflush(stdout);
      return CTERMINAL_INTERRUPTED;
    }
    return CTERMINAL_END;
  }
  size_t size = strlen(text);
  while (size > 0 && text[size - 1] == '\n') size--;
  free(editor->line);
  editor->line = copy_text(text, text + size);
  if (!editor->line) return CTERMINAL_END;
  *line = editor->line;
  *length = size;
  return CTERMINAL_LINE;
}

void cterminal_push(cterminal_editor *editor, const char *text) { el_push(editor->edit, text); }

void cterminal_remember(cterminal_editor *editor, const char *entry) {
  HistEvent event;
  history(editor->history, &event, H_ENTER, entry);
}

void cterminal_size(int descriptor, int *columns, int *rows) {
  struct winsize size;
  *columns = 80;
  *rows = 24;
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0) return;
  if (size.ws_col > 0) *columns = size.ws_col;
  if (size.ws_row > 0) *rows = size.ws_row;
}

void cterminal_cell(int descriptor, int *width, int *height) {
  struct winsize size;
  *width = 0;
  *height = 0;
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return;
  *width = size.ws_xpixel / size.ws_col;
  *height = size.ws_ypixel / size.ws_row;
}

static pthread_t main_thread;

struct watch {
  void *context;
  cterminal_signal handler;
  sigset_t signals;
};

// Exists only so that SIGUSR1 interrupts a read.
static void wake_up(int number) {
  (void)number;
  woken = 1;
}

static void *wait_for_signals(void *argument) {
  struct watch *watch = argument;
  for (;;) {
    int number = 0;
    if (sigwait(&watch->signals, &number) != 0) continue;
    watch->handler(watch->context, number);
    // A read at the prompt must come back when Ctrl-C is typed; a signal that comes just before the read does not end it.
    const int begun = atomic_load(&reading);
    for (int tries = 0; tries < 200; tries++) {
      pthread_kill(main_thread, SIGUSR1);
      usleep(5000);
      if (begun == 0 || atomic_load(&reading) != begun) break;
    }
  }
  return NULL;
}

int cterminal_watch_signals(void *context, cterminal_signal handler) {
  struct watch *watch = malloc(sizeof *watch);
  if (!watch) return 0;
  watch->context = context;
  watch->handler = handler;
  sigemptyset(&watch->signals);
  sigaddset(&watch->signals, SIGINT);
  sigaddset(&watch->signals, SIGTERM);
  sigaddset(&watch->signals, SIGHUP);
  main_thread = pthread_self();
  struct sigaction action;
  memset(&action, 0, sizeof action);
  sigemptyset(&action.sa_mask);
  action.sa_handler = wake_up;
  sigaction(SIGUSR1, &action, NULL);
  action.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &action, NULL);
  // A file that grows beyond its limit is an error of the write, which is told.
  sigaction(SIGXFSZ, &action, NULL);
  // A parent may have started us with it blocked.
  sigset_t waking;
  sigemptyset(&waking);
  sigaddset(&waking, SIGUSR1);
  pthread_sigmask(SIG_UNBLOCK, &waking, NULL);
  // Every later thread inherits the mask, so that only the waiting thread takes these signals: a
  // handler proper could strike inside malloc, where not even Swift's closures are safe.
  pthread_sigmask(SIG_BLOCK, &watch->signals, NULL);
  pthread_t thread;
  if (pthread_create(&thread, NULL, wait_for_signals, watch) == 0) {
    pthread_detach(thread);
    return 1;
  }
  pthread_sigmask(SIG_UNBLOCK, &watch->signals, NULL);
  free(watch);
  return 0;
}
