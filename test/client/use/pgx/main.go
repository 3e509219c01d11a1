package main

import (
	"context"
	"fmt"
	"os"
	"reflect"

	"github.com/jackc/pgtype"
	"github.com/jackc/pgx/v4"
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
	ctx := context.Background()
	c, err := pgx.Connect(ctx, "")
	check("pgx: connects", err, nil)

	// For arrays only, after each connect. pgx v5 needs nothing.
	var oid, arrayOid uint32
	err = c.QueryRow(ctx, "SELECT oid, array_oid FROM gb_enum_types WHERE name = 'task_status'").Scan(&oid, &arrayOid)
	c.ConnInfo().RegisterDataType(pgtype.DataType{Value: &pgtype.Text{}, Name: "task_status", OID: oid})
	c.ConnInfo().RegisterDataType(pgtype.DataType{
		Value: pgtype.NewArrayType("_task_status", oid, func() pgtype.ValueTranscoder { return &pgtype.Text{} }),
		Name:  "_task_status", OID: arrayOid})

	check("pgx: the type is found", err, nil)

	var status string
	var priority *string
	var history []string
	err = c.QueryRow(ctx, "SELECT status, priority, history FROM tasks WHERE status = $1", "running").
		Scan(&status, &priority, &history)
	// CopyFrom writes in binary.
	_, copyErr := c.CopyFrom(ctx, pgx.Identifier{"tasks"}, []string{"status"}, pgx.CopyFromRows([][]interface{}{{"paused"}}))

	check("pgx: no error", err, nil)
	check("pgx: a name", status, "running")
	check("pgx: a name that may be NULL", *priority, "high")
	check("pgx: an array", history, []string{"pending", "running"})
	check("pgx: COPY", copyErr, nil)
	var count int
	err = c.QueryRow(ctx, "SELECT count(*) FROM tasks WHERE status = $1", "paused").Scan(&count)
	check("pgx: what was copied", count, 1)
	os.Exit(failures)
}
