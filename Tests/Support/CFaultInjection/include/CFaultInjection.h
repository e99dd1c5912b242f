#ifndef CFAULTINJECTION_H
#define CFAULTINJECTION_H

#include <stddef.h>

// How many calls that change a file system this process has made so far.
long fault_injection_steps(void);

// From here on, the names of the threads that change files below the folder are noted.
void fault_injection_watch(const char *folder);

// Ends this, and gives the names, a name a line.
void fault_injection_end_watch(char *threads, size_t size);

#endif
