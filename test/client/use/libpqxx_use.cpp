#include <pqxx/pqxx>

#include "tap.hpp"

int main() {
    pqxx::connection connection;
    pqxx::work work(connection);

    pqxx::result rows =
        work.exec_params("SELECT id, status FROM tasks WHERE status = $1", "running");
    std::string status = rows[0]["status"].as<std::string>();

    check("libpqxx: a name", status, "running");
    rows = work.exec_params("INSERT INTO tasks (status) VALUES ($1) RETURNING status", "paused");
    check("libpqxx: a name is written", rows[0][0].as<std::string>(), "paused");
    return failures != 0;
}
