#include <sql.h>
#include <sqlext.h>

#include <cstdlib>

#include "tap.hpp"

namespace {

// The text in the only column of the only row.
std::string text(SQLHSTMT statement) {
    char buffer[100] = "";
    SQLLEN length = 0;
    SQLFetch(statement);
    SQLGetData(statement, 1, SQL_C_CHAR, buffer, sizeof buffer, &length);
    SQLCloseCursor(statement);
    return buffer;
}

}  // namespace

int main() {
    SQLHENV environment;
    SQLHDBC connection;
    SQLHSTMT statement;
    SQLAllocHandle(SQL_HANDLE_ENV, nullptr, &environment);
    SQLSetEnvAttr(environment, SQL_ATTR_ODBC_VERSION, reinterpret_cast<SQLPOINTER>(SQL_OV_ODBC3),
                  0);
    SQLAllocHandle(SQL_HANDLE_DBC, environment, &connection);
    std::string url = std::string("Driver=PostgreSQL Unicode;Servername=") + std::getenv("PGHOST") +
                      ";Port=" + std::getenv("PGPORT") + ";Database=" + std::getenv("PGDATABASE") +
                      ";Uid=" + std::getenv("PGUSER");
    SQLDriverConnect(connection, nullptr, reinterpret_cast<SQLCHAR*>(url.data()), SQL_NTS, nullptr,
                     0, nullptr, SQL_DRIVER_NOPROMPT);
    SQLAllocHandle(SQL_HANDLE_STMT, connection, &statement);

    SQLCHAR query[] = "SELECT status FROM tasks WHERE status = ?";
    SQLCHAR name[] = "running";
    SQLPrepare(statement, query, SQL_NTS);
    SQLBindParameter(statement, 1, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR, sizeof name, 0, name,
                     0, nullptr);
    SQLExecute(statement);

    check("psqlODBC: a name", text(statement), "running");
    SQLCHAR insert[] = "INSERT INTO tasks (status) VALUES (?) RETURNING status";
    SQLPrepare(statement, insert, SQL_NTS);
    SQLExecute(statement);
    check("psqlODBC: a name is written", text(statement), "running");
    return failures != 0;
}
