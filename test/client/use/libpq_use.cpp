#include <libpq-fe.h>

#include "tap.hpp"

int main() {
    PGconn* connection = PQconnectdb("");

    const char* values[] = {"running"};
    PGresult* result = PQexecParams(connection, "SELECT id, status FROM tasks WHERE status = $1", 1,
                                    NULL, values, NULL, NULL, 0);

    check("libpq: a name", PQgetvalue(result, 0, 1), "running");
    PQclear(result);
    values[0] = "paused";
    result = PQexecParams(connection, "INSERT INTO tasks (status) VALUES ($1) RETURNING status", 1,
                          NULL, values, NULL, NULL, 0);
    check("libpq: a name is written", PQgetvalue(result, 0, 0), "paused");
    PQclear(result);
    PQfinish(connection);
    return failures != 0;
}
