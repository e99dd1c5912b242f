#ifndef CCMARKGFM_H
#define CCMARKGFM_H

#include <cmark-gfm.h>
#include <cmark-gfm-core-extensions.h>
#include <stddef.h>

typedef struct {
  cmark_node_type table, row, cell, strikethrough;
} markdown_extension_types;

// Returns the node types assigned to the extensions. They do not change after the first document
// has been parsed.
markdown_extension_types markdown_get_extension_types(void);

// The extensions that a document may need. Each one costs time on every line or node.
enum { MARKDOWN_TABLES = 1, MARKDOWN_STRIKETHROUGH = 2, MARKDOWN_AUTOLINKS = 4, MARKDOWN_TASKS = 8 };

// Parses a document. The tree stays valid until markdown_arena_reset. Returns NULL when the budget,
// in bytes, was too small; `line` is then the 1-based line that the parser had reached.
//
// Only one caller at a time: cmark writes to global tables while it parses.
cmark_node *markdown_parse(const char *bytes, size_t count, int options, int wanted, size_t budget,
                           int *line);

// Discards the last document and keeps its memory for the next.
void markdown_arena_reset(void);

#endif
