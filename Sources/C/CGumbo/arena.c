#include "CGumbo.h"

#include <setjmp.h>
#include <stdlib.h>

// The memory of one page. gumbo does not check for failed allocations, so an allocation beyond the
// budget leaves the parser with longjmp, which Swift cannot call. Every byte the parser holds is in
// the arena, so nothing leaks, and freeing needs no walk over the tree: gumbo's own recurses as deep
// as the page nests its elements. Memory that gumbo frees still counts towards the budget.

typedef struct html_slab {
  struct html_slab *older;
} html_slab;

struct html_parse {
  html_slab *slab;
  char *next;
  char *end;
  size_t left;
  size_t size;
  const GumboNode *root;
  jmp_buf overrun;
};

enum { HTML_FIRST_SLAB = 64 << 10, HTML_LARGEST_SLAB = 4 << 20, HTML_ALIGNMENT = 16 };

static void *html_take(void *context, size_t size) {
  html_parse *parse = (html_parse *)context;
  if (size > parse->left) longjmp(parse->overrun, 1);
  size_t whole = (size + HTML_ALIGNMENT - 1) & ~(size_t)(HTML_ALIGNMENT - 1);
  if (whole > parse->left) longjmp(parse->overrun, 1);
  parse->left -= whole;
  if ((size_t)(parse->end - parse->next) < whole) {
    size_t need = whole + HTML_ALIGNMENT;
    if (parse->size < HTML_LARGEST_SLAB) parse->size *= 2;
    size_t taken = parse->size < need ? need : parse->size;
    html_slab *slab = (html_slab *)malloc(taken);
    if (!slab) longjmp(parse->overrun, 1);
    slab->older = parse->slab;
    parse->slab = slab;
    parse->next = (char *)slab + HTML_ALIGNMENT;
    parse->end = (char *)slab + taken;
  }
  void *block = parse->next;
  parse->next += whole;
  return block;
}

static void html_give_back(void *context, void *block) {
  (void)context;
  (void)block;
}

void html_parse_free(html_parse *parse) {
  html_slab *slab = parse->slab;
  while (slab) {
    html_slab *older = slab->older;
    free(slab);
    slab = older;
  }
  free(parse);
}

html_parse *html_parse_new(const char *bytes, size_t count, size_t budget) {
  html_parse *parse = (html_parse *)calloc(1, sizeof(html_parse));
  if (!parse) return NULL;
  parse->left = budget;
  parse->size = HTML_FIRST_SLAB;
  GumboOptions options = kGumboDefaultOptions;
  options.allocator = html_take;
  options.deallocator = html_give_back;
  options.userdata = parse;
  options.max_errors = 0;
  if (setjmp(parse->overrun)) {
    html_parse_free(parse);
    return NULL;
  }
  parse->root = gumbo_parse_with_options(&options, bytes, count)->root;
  return parse;
}

const GumboNode *html_parse_root(const html_parse *parse) { return parse->root; }
