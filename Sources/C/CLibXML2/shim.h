#include <libxml/xmlversion.h>
// Debian's build pulls in ICU's headers here, which clash with those of Foundation. Nothing of ICU is
// used; the fields that it adds stand at the end of a structure that is only passed by pointer.
#undef LIBXML_ICU_ENABLED
#include <libxml/HTMLparser.h>
#include <libxml/tree.h>

// The library's own release is a variable that holds a function, which Swift takes for shared state.
static inline void robbieblocks_free_text(xmlChar *text) { xmlFree(text); }
