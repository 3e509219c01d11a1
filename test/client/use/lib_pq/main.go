package main

import (
	"database/sql"
	"fmt"
	"os"
	"reflect"

	"github.com/lib/pq"
)

var tests, failures int

func check(name string, got, wanted interface{}) {
	tests++
	if reflect.DeepEqual(got, wanted) {
		fmt.Printf("ok %d - %s\n", tests, name)
	} else {
		failures++
		fmt.Printf("not ok %d - %s\n# got: %v\n", tests, name, got)
	}
}

func main() {
	db, err := sql.Open("postgres", "sslmode=disable")
	check("lib/pq: connects", err, nil)

	var status string
	var priority sql.NullString
	var history pq.StringArray
	err = db.QueryRow("SELECT status, priority, history FROM tasks WHERE status = ANY ($1)",
		pq.Array([]string{"running"})).Scan(&status, &priority, &history)

	check("lib/pq: no error", err, nil)
	check("lib/pq: a name", status, "running")
	check("lib/pq: a name that may be NULL", priority, sql.NullString{String: "high", Valid: true})
	check("lib/pq: an array", history, pq.StringArray{"pending", "running"})
	err = db.QueryRow("INSERT INTO tasks (status) VALUES ($1) RETURNING status", "paused").Scan(&status)
	check("lib/pq: a name is written", status, "paused")
	os.Exit(failures)
}
