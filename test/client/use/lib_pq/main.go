package main

import (
	"database/sql"
	"os"

	"github.com/lib/pq"

	"../tap"
)

func main() {
	db, err := sql.Open("postgres", "sslmode=disable")
	tap.Check("lib/pq: connects", err, nil)

	var status string
	var priority sql.NullString
	var history pq.StringArray
	err = db.QueryRow("SELECT status, priority, history FROM tasks WHERE status = ANY ($1)",
		pq.Array([]string{"running"})).Scan(&status, &priority, &history)

	tap.Check("lib/pq: no error", err, nil)
	tap.Check("lib/pq: a name", status, "running")
	tap.Check("lib/pq: a name that may be NULL", priority, sql.NullString{String: "high", Valid: true})
	tap.Check("lib/pq: an array", history, pq.StringArray{"pending", "running"})
	err = db.QueryRow("INSERT INTO tasks (status) VALUES ($1) RETURNING status", "paused").Scan(&status)
	tap.Check("lib/pq: a name is written", status, "paused")
	os.Exit(tap.Failures)
}
