"""Two processes on one SQLite file. A transaction that reads before it writes fails at once ("database is locked")
where the other process has written in between, and no time-out helps: so each takes the lock for writing when it begins
(sqlite.org, "Transaction": SQLITE_BUSY_SNAPSHOT, BEGIN IMMEDIATE)."""

import sqlalchemy.engine
import sqlalchemy.event


@sqlalchemy.event.listens_for(sqlalchemy.engine.Engine, 'before_cursor_execute', retval=True)
def begin_immediate(connection, cursor, statement, parameters, context, executemany):
    return ('BEGIN IMMEDIATE' if statement == 'BEGIN' else statement), parameters
