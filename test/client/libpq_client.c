/*
 * What a driver sends and receives, by libpq: parameters and results in text and in binary, with the
 * type OIDs that drivers declare, and COPY in binary.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libpq-fe.h>

enum { TEXT = 0, BINARY = 1 };

/* From the server's pg_type.dat; they never change. */
enum { INT2OID = 21, INT4OID = 23, INT8OID = 20, TEXTOID = 25, VARCHAROID = 1043, TEXTARRAYOID = 1009 };

static PGconn *conn;
static int tests;
static int failures;

static void
check(int passed, const char *name, const char *got)
{
    ++tests;
    failures += !passed;
    printf("%sok %d - libpq: %s\n", passed ? "" : "not ", tests, name);
    if (!passed)
        printf("# got: %s\n", got);
}

/* What a result says: its first value (as hexadecimal digits when binary), or its SQLSTATE. */
static const char *
outcome(PGresult *result)
{
    static char text[512];

    text[0] = '\0';
    if (PQresultStatus(result) == PGRES_COMMAND_OK)
        strcpy(text, "done");
    else if (PQresultStatus(result) != PGRES_TUPLES_OK)
        snprintf(text, sizeof text, "error %s", PQresultErrorField(result, PG_DIAG_SQLSTATE));
    else if (PQntuples(result) == 0)
        strcpy(text, "no row");
    else if (PQgetisnull(result, 0, 0))
        strcpy(text, "null");
    else if (PQfformat(result, 0) == TEXT)
        snprintf(text, sizeof text, "%s", PQgetvalue(result, 0, 0));
    else
        for (int i = 0; i < PQgetlength(result, 0, 0) && i < 200; ++i)
            sprintf(text + 2 * i, "%02x", (unsigned char) PQgetvalue(result, 0, 0)[i]);
    PQclear(result);
    return text;
}

static void
expect(const char *wanted, const char *name, PGresult *result)
{
    const char *got = outcome(result);

    check(strcmp(got, wanted) == 0, name, got);
}

/* One parameter of a declared type (0: the server finds it out) in a format, the result in another. */
static PGresult *
with(const char *sql, Oid type, int format, const char *bytes, int length, int result_format)
{
    return PQexecParams(conn, sql, 1, &type, &bytes, &length, &format, result_format);
}

static PGresult *
with_text(const char *sql, Oid type, const char *value)
{
    return with(sql, type, TEXT, value, 0, TEXT);
}

static void
run(const char *sql)
{
    PGresult *result = PQexec(conn, sql);

    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK)
    {
        printf("Bail out! %s: %s\n", sql, PQerrorMessage(conn));
        exit(1);
    }
    PQclear(result);
}

static void
binary_parameters(Oid task_status)
{
    const char *same = "SELECT $1";

    expect("running", "a binary name", with(same, task_status, BINARY, "running", 7, TEXT));
    expect("running", "a binary code", with(same, task_status, BINARY, "\0\2", 2, TEXT));
    expect("72756e6e696e67", "a name in binary", with(same, task_status, TEXT, "running", 0, BINARY));
    expect("72756e6e696e67", "from binary to binary", with(same, task_status, BINARY, "\0\2", 2, BINARY));
    expect("null", "NULL", with(same, task_status, BINARY, NULL, 0, BINARY));
    expect("error 22P02", "no byte", with(same, task_status, BINARY, "", 0, TEXT));
    expect("error 22P02", "one byte", with(same, task_status, BINARY, "\2", 1, TEXT));
    expect("error 22P02", "three bytes", with(same, task_status, BINARY, "\2\2\2", 3, TEXT));
    expect("error 22P02", "an unknown name", with(same, task_status, BINARY, "runing", 6, TEXT));
    expect("error 22023", "an unknown code", with(same, task_status, BINARY, "\0\143", 2, TEXT));
    expect("error 22023", "a negative code", with(same, task_status, BINARY, "\377\377", 2, TEXT));
    expect("error 22021", "not UTF-8", with(same, task_status, BINARY, "run\377ing", 7, TEXT));
    /* Four bytes are a name, and one with a zero byte is not even text. */
    expect("error 22021", "a binary int4", with(same, task_status, BINARY, "\0\0\0\2", 4, TEXT));

    /* Two bytes are a name where there is one. */
    expect("ye", "two letters, as text", with_text("SELECT $1::client_answer", 0, "ye"));
    expect("ye", "two letters, in binary", with("SELECT $1::client_answer", 0, BINARY, "ye", 2, TEXT));
    expect("error 22P02", "two letters that are no name, in binary",
           with("SELECT $1::client_answer", 0, BINARY, "yo", 2, TEXT));
    expect("7965", "a name of two letters is sent as the name",
           with("SELECT $1::client_answer", 0, TEXT, "ye", 0, BINARY));
    expect("6e6f70", "one of three as the name", with("SELECT $1::client_answer", 0, TEXT, "nop", 0, BINARY));
    expect("0063", "a code without a name is sent as the code",
           with("SELECT as_task_status($1)", INT2OID, TEXT, "99", 0, BINARY));
    expect("007965", "one that would be read as a name, after a zero",
           with("SELECT as_client_answer($1)", INT2OID, TEXT, "31077", 0, BINARY));
    expect("error 22023", "and is not read as the name",
           with("SELECT $1::client_answer", 0, BINARY, "\0ye", 3, TEXT));
    expect("ye", "a code after a zero", with("SELECT $1::client_answer", 0, BINARY, "\0\0\1", 3, TEXT));
}

/* An array as it is received in binary, sent in binary. */
static void
binary_array(const char *name, const char *array, const char *wanted)
{
    PGresult *received = with("SELECT $1::client_answer[]", 0, TEXT, array, 0, BINARY);

    /* Three times four bytes of the array, the bounds of one dimension, then each element after its length. */
    expect(wanted, name, with("SELECT substr(array_send($1::client_answer[]), 21)", 0, BINARY,
                              PQgetvalue(received, 0, 0), PQgetlength(received, 0, 0), BINARY));
    expect(array, name, with("SELECT $1::client_answer[]", 0, BINARY, PQgetvalue(received, 0, 0),
                             PQgetlength(received, 0, 0), TEXT));
    PQclear(received);
}

static void
declared_types(void)
{
    static const struct
    {
        Oid type;
        const char *name;
        const char *value;
    } parameters[] = {{0, "not declared", "running"}, {TEXTOID, "text", "running"},
                      {VARCHAROID, "varchar", "running"}, {INT2OID, "int2", "2"},
                      {INT4OID, "int4", "2"}, {INT8OID, "int8", "2"}};
    char name[100];

    for (size_t i = 0; i < sizeof parameters / sizeof *parameters; ++i)
    {
        const char *value = parameters[i].value;

        run("DEALLOCATE ALL");
        PQclear(PQprepare(conn, "find", "SELECT count(*) FROM client_task WHERE status = $1", 1,
                          &parameters[i].type));
        snprintf(name, sizeof name, "= $1, %s", parameters[i].name);
        expect("3", name, PQexecPrepared(conn, "find", 1, &value, NULL, NULL, TEXT));
        snprintf(name, sizeof name, "<> $1, %s", parameters[i].name);
        expect("7", name, with_text("SELECT count(*) FROM client_task WHERE status <> $1",
                                    parameters[i].type, value));
        snprintf(name, sizeof name, "VALUES ($1), %s", parameters[i].name);
        expect("running", name, with_text("INSERT INTO client_task VALUES ($1) RETURNING status",
                                          parameters[i].type, value));
        snprintf(name, sizeof name, "SET status = $1, %s", parameters[i].name);
        expect("done", name, with_text("DELETE FROM client_task WHERE ctid = (SELECT max(ctid) FROM client_task)"
                                       " AND status = $1", parameters[i].type, value));
    }
    expect("0", "an unknown text equals nothing",
           with_text("SELECT count(*) FROM client_task WHERE status = $1", TEXTOID, "no such"));
    expect("6", "= ANY ($1), text[]",
           with_text("SELECT count(*) FROM client_task WHERE status = ANY ($1)", TEXTARRAYOID,
                     "{running,ready,no such}"));
    expect("6", "= ANY ($1), not declared",
           with_text("SELECT count(*) FROM client_task WHERE status = ANY ($1)", 0, "{running,ready}"));
    expect("error 22P02", "not declared, it is of the type: a typing error shows",
           with_text("SELECT count(*) FROM client_task WHERE status = $1", 0, "runing"));
    expect("3", "a binary int2",
           with("SELECT count(*) FROM client_task WHERE status = $1", INT2OID, BINARY, "\0\2", 2, TEXT));
    expect("running", "what RETURNING shows of a binary int4",
           with("SELECT $1::task_status", INT4OID, BINARY, "\0\0\0\2", 4, TEXT));
}

/* COPY in binary, out and in again: header, a row of one column, trailer. */
static void
copy_binary(const char *name, const char *type, const char *value, int length, const char *shown,
            const char *wanted)
{
    static const char signature[] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0"; /* 19 bytes with the last zero */
    char data[100];
    int size = 19;
    char *row = NULL;
    char command[100];
    char got[100] = "";
    unsigned field_length = htonl((unsigned) length);

    memcpy(data, signature, 19);
    memcpy(data + size, "\0\1", 2);
    memcpy(data + size + 2, &field_length, 4);
    memcpy(data + size + 6, value, (size_t) length);
    size += 6 + length;
    memcpy(data + size, "\377\377", 2);
    size += 2;

    snprintf(command, sizeof command, "CREATE TEMP TABLE client_copy (value %s)", type);
    run(command);
    PQclear(PQexec(conn, "COPY client_copy FROM STDIN (FORMAT binary)"));
    PQputCopyData(conn, data, size);
    PQputCopyEnd(conn, NULL);
    expect("done", name, PQgetResult(conn));
    PQclear(PQgetResult(conn));
    expect(shown, name, PQexec(conn, "SELECT value FROM client_copy"));

    PQclear(PQexec(conn, "COPY client_copy TO STDOUT (FORMAT binary)"));
    for (int n; (n = PQgetCopyData(conn, &row, 0)) > 0; PQfreemem(row))
    {
        /* The first piece has the header too: the field is the last of what has one. */
        const int field = n >= 19 && memcmp(row, signature, 11) == 0 ? 19 + 6 : 6;

        for (int i = field; i < n && i < field + 20; ++i)
            sprintf(got + strlen(got), "%02x", (unsigned char) row[i]);
    }
    PQclear(PQgetResult(conn));
    PQclear(PQgetResult(conn));
    check(strcmp(got, wanted) == 0, name, got);
    run("DROP TABLE client_copy");
}

int
main(void)
{
    Oid task_status;

    conn = PQconnectdb("options='-c client_min_messages=warning'");
    if (PQstatus(conn) != CONNECTION_OK)
    {
        printf("Bail out! %s", PQerrorMessage(conn));
        return 1;
    }
    run("CREATE EXTENSION IF NOT EXISTS gb_enums");
    run("SELECT gb_enums_internal.define(current_schema::regnamespace, 'client_answer', 'x', '0 nop\n1 ye')");
    run("CREATE TEMP TABLE client_task (status task_status NOT NULL)");
    run("INSERT INTO client_task SELECT (i % 4)::task_status FROM generate_series(1, 10) i");
    task_status = (Oid) strtoul(outcome(PQexec(conn, "SELECT 'task_status'::regtype::oid")), NULL, 10);

    binary_parameters(task_status);
    declared_types();
    binary_array("names in an array", "{ye,nop}", "000000027965000000036e6f70");
    copy_binary("COPY of names", "task_status", "running", 7, "running", "72756e6e696e67");
    copy_binary("COPY of codes", "task_status", "\0\2", 2, "running", "72756e6e696e67");
    copy_binary("COPY of two letters", "client_answer", "ye", 2, "ye", "7965");

    run("SET gb_enums.binary_output = code");
    expect("0002", "binary_output = code", with("SELECT $1", task_status, TEXT, "running", 0, BINARY));
    expect("running", "text is the name all the same", with_text("SELECT $1", task_status, "2"));
    binary_array("codes in an array", "{ye,nop}", "000000020001000000020000");
    copy_binary("COPY of names to codes", "task_status", "running", 7, "running", "0002");
    copy_binary("COPY of two letters to codes", "client_answer", "ye", 2, "ye", "0001");

    run("RESET gb_enums.binary_output");
    run("DROP TYPE client_answer CASCADE");
    PQfinish(conn);
    return failures != 0;
}
