#include "CCMarkGFM.h"

#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

// The table and strikethrough extensions number their nodes when they are registered. The header
// that declares these numbers is not installed. They are zero until registration.
extern cmark_node_type CMARK_NODE_TABLE;
extern cmark_node_type CMARK_NODE_TABLE_ROW;
extern cmark_node_type CMARK_NODE_TABLE_CELL;
extern cmark_node_type CMARK_NODE_STRIKETHROUGH;

markdown_extension_types markdown_get_extension_types(void) {
  return (markdown_extension_types){CMARK_NODE_TABLE, CMARK_NODE_TABLE_ROW,
                                    CMARK_NODE_TABLE_CELL, CMARK_NODE_STRIKETHROUGH};
}

// The memory of one document. cmark's allocator hooks carry no context pointer, so the arena is a
// global. cmark cannot report that memory ran out, so an allocation beyond the budget leaves the
// parser with longjmp, which Swift cannot call. Every byte the parser holds is in the arena, so
// nothing leaks. Memory that cmark frees still counts towards the budget, so the budget also stops
// work that grows with the square of the input and allocates as it runs.

typedef struct markdown_slab {
  struct markdown_slab *older;
  size_t size;
} markdown_slab;

typedef struct {
  markdown_slab *slab;
  char *next;
  char *end;
  size_t spent;
  size_t budget;
  int armed;
  jmp_buf overrun;
} markdown_arena_state;

static markdown_arena_state *markdown_arena(void) {
  static markdown_arena_state state;
  return &state;
}

enum { MARKDOWN_FIRST_SLAB = 512 << 10, MARKDOWN_LARGEST_SLAB = 8 << 20 };

static void markdown_arena_grow(size_t need) {
  markdown_arena_state *arena = markdown_arena();
  size_t size = MARKDOWN_FIRST_SLAB;
  if (arena->slab) {
    size = arena->slab->size * 2;
    if (size > MARKDOWN_LARGEST_SLAB) size = MARKDOWN_LARGEST_SLAB;
  }
  if (size < need + sizeof(markdown_slab)) size = need + sizeof(markdown_slab);
  markdown_slab *slab = (markdown_slab *)malloc(size);
  if (!slab) {
    if (arena->armed) longjmp(arena->overrun, 1);
    abort();
  }
  slab->older = arena->slab;
  slab->size = size;
  arena->slab = slab;
  arena->next = (char *)(slab + 1);
  arena->end = (char *)slab + size;
}

// Each block is preceded by its size, which realloc needs.
static void *markdown_arena_take(size_t size) {
  markdown_arena_state *arena = markdown_arena();
  size_t whole = ((size + 7) & ~(size_t)7) + sizeof(size_t);
  arena->spent += whole;
  if (arena->armed && arena->spent > arena->budget)
    longjmp(arena->overrun, 1);
  if ((size_t)(arena->end - arena->next) < whole) markdown_arena_grow(whole);
  size_t *block = (size_t *)arena->next;
  arena->next += whole;
  *block = whole - sizeof(size_t);
  return block + 1;
}

static void *markdown_arena_calloc(size_t count, size_t size) {
  size_t whole;
  if (__builtin_mul_overflow(count, size, &whole) || whole > SIZE_MAX / 2) {
    if (markdown_arena()->armed) longjmp(markdown_arena()->overrun, 1);
    abort();
  }
  return memset(markdown_arena_take(whole), 0, whole);
}

static void *markdown_arena_realloc(void *old, size_t size) {
  if (!old) return markdown_arena_take(size);
  size_t had = ((size_t *)old)[-1];
  if (size <= had) return old;
  return memcpy(markdown_arena_take(size), old, had);
}

static void markdown_arena_free(void *block) { (void)block; }

// Keeps the first slab for the next document and frees the others.
void markdown_arena_reset(void) {
  markdown_arena_state *arena = markdown_arena();
  markdown_slab *slab = arena->slab;
  while (slab && slab->older) {
    markdown_slab *older = slab->older;
    free(slab);
    slab = older;
  }
  arena->slab = slab;
  arena->next = slab ? (char *)(slab + 1) : NULL;
  arena->end = slab ? (char *)slab + slab->size : NULL;
  arena->spent = 0;
}

cmark_node *markdown_parse(const char *bytes, size_t count, int options,
                                         int wanted, size_t budget, int *line) {
  static cmark_mem memory = {markdown_arena_calloc, markdown_arena_realloc, markdown_arena_free};
  static cmark_syntax_extension *extensions[4];
  if (!extensions[0]) {
    cmark_gfm_core_extensions_ensure_registered();
    extensions[1] = cmark_find_syntax_extension("strikethrough");
    extensions[2] = cmark_find_syntax_extension("autolink");
    extensions[3] = cmark_find_syntax_extension("tasklist");
    extensions[0] = cmark_find_syntax_extension("table");
  }
  markdown_arena_state *arena = markdown_arena();
  cmark_parser *volatile parser = NULL;
  cmark_node *root = NULL;
  arena->budget = budget;
  if (setjmp(arena->overrun)) {
    arena->armed = 0;
    *line = parser ? cmark_parser_get_line_number(parser) : 0;
    return NULL;
  }
  arena->armed = 1;
  parser = cmark_parser_new_with_mem(options, &memory);
  for (int i = 0; i < 4; i++)
    if (wanted & 1 << i) cmark_parser_attach_syntax_extension(parser, extensions[i]);
  cmark_parser_feed(parser, bytes, count);
  root = cmark_parser_finish(parser);
  arena->armed = 0;
  return root;
}
