/* A transaction that others see as committed already, and that has not told them yet which caches are out of date: with
 * late_messages.until set, each transaction that has written something stops there until that file exists (or a minute is
 * over). */

#include "postgres.h"

#include <unistd.h>

#include "access/xact.h"
#include "fmgr.h"
#include "utils/guc.h"

PG_MODULE_MAGIC;

static char *until = NULL;

static void
stop(XactEvent event, void *arg)
{
	if (event != XACT_EVENT_COMMIT || !TransactionIdIsValid(GetTopTransactionIdIfAny()) || *until == '\0')
		return;
	for (int i = 0; i < 6000 && access(until, F_OK) != 0; i++)
		pg_usleep(10000L);
}

PGDLLEXPORT void _PG_init(void);

void
_PG_init(void)
{
	DefineCustomStringVariable("late_messages.until", "The file that ends a commit.", NULL, &until, "", PGC_USERSET, 0,
							   NULL, NULL, NULL);
	RegisterXactCallback(stop, NULL);
}
