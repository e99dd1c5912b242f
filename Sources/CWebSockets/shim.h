#include <libwebsockets.h>

// LWS_PRE is a macro over sizeof, which Swift cannot evaluate: the room that lws_write may use in
// front of every buffer it is given.
static const size_t robbieblocks_lws_pre = LWS_PRE;

// The argument is an `in` pointer that carries a file descriptor in its bits; Swift has no cast from
// a pointer to an Int32.
static inline int robbieblocks_lws_descriptor(const void *in) { return (int)(lws_intptr_t)in; }
