#ifndef CHIREDIS_SHIM_H
#define CHIREDIS_SHIM_H

// libevent 2.1.12's headers use u_char and friends without including what declares them.
#include <sys/types.h>

#include <hiredis/hiredis.h>
#include <hiredis/async.h>
#include <hiredis/adapters/libevent.h>

#endif
