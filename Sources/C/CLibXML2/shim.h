#include <libxml/xmlversion.h>
// Debian's build includes ICU's headers here, which clash with Foundation's. ICU is not used: its
// fields are at the end of a structure that is only passed by pointer.
#undef LIBXML_ICU_ENABLED
#include <libxml/HTMLparser.h>
#include <libxml/tree.h>

// xmlFree is a variable that holds a function, which Swift treats as shared state.
static inline void robbieblocks_free_text(xmlChar *text) { xmlFree(text); }
