#include <JavaScriptCore/JavaScript.h>

// Exported by the library, and in none of the headers that are installed. JSGarbageCollect only tells a
// timer of the run loop, which a worker has not.
void JSSynchronousGarbageCollectForDebugging(JSContextRef context);
