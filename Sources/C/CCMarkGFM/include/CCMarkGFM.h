#ifndef CCMARKGFM_H
#define CCMARKGFM_H

#include <cmark-gfm.h>
#include <cmark-gfm-core-extensions.h>
#include <stddef.h>

typedef struct {
  cmark_node_type table, row, cell, strikethrough;
} markdown_extension_types;

// The node types that the extensions were given; they do not change once a document was parsed.
markdown_extension_types markdown_get_extension_types(void);

// Which extensions a document can need at all; each one costs time on every line or node.
enum { MARKDOWN_TABLES = 1, MARKDOWN_STRIKETHROUGH = 2, MARKDOWN_AUTOLINKS = 4, MARKDOWN_TASKS = 8 };

// Parses a document whose tree stays valid until markdown_arena_reset. NULL when the budget, in
// bytes, was not enough; `line` is then the 1-based line the parser had reached.
//
// One caller at a time: cmark itself writes global tables while it parses.
cmark_node *markdown_parse(const char *bytes, size_t count, int options, int wanted, size_t budget,
                           int *line);

// Forgets the last document; its memory serves the next.
void markdown_arena_reset(void);

#endif
