#ifndef CGUMBO_H
#define CGUMBO_H

#include <gumbo.h>
#include <stddef.h>

typedef struct html_parse html_parse;

// Parses a page within a budget of memory, in bytes. The page's bytes must stay valid until
// html_parse_free. Returns NULL when the budget was too small.
html_parse *html_parse_new(const char *bytes, size_t count, size_t budget);

const GumboNode *html_parse_root(const html_parse *parse);

void html_parse_free(html_parse *parse);

#endif
