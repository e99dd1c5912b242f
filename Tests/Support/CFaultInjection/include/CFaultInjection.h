#ifndef CFAULTINJECTION_H
#define CFAULTINJECTION_H

// How many calls that change a file system this process has made so far.
long fault_injection_steps(void);

#endif
