// Debian builds libxml2 with ICU, whose headers clash with Foundation's own copy of ICU. Without
// the switch the encoding handler is an incomplete type: pass it by pointer only.
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED
#include <libxml/HTMLparser.h>
#include <libxml/tree.h>
