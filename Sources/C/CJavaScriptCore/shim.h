#include <JavaScriptCore/JavaScript.h>

// The library exports this function, but no installed header declares it. JSGarbageCollect only
// sets a timer of the run loop, and a worker has no run loop.
void JSSynchronousGarbageCollectForDebugging(JSContextRef context);
