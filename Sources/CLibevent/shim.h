#ifndef CLIBEVENT_SHIM_H
#define CLIBEVENT_SHIM_H

// libevent 2.1.12's headers use u_char and friends without including what declares them.
#include <sys/types.h>

#include <event2/event.h>
#include <event2/listener.h>
#include <event2/thread.h>

#ifdef __linux__
// The C library declares it for _GNU_SOURCE alone, which Swift's importer does not set.
int memfd_create(const char *name, unsigned int flags);
#endif

#endif
