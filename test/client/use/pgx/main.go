package main

import (
	"context"
	"os"

	"github.com/jackc/pgtype"
	"github.com/jackc/pgx/v4"

	"../tap"
)

func main() {
	ctx := context.Background()
	c, err := pgx.Connect(ctx, "")
	tap.Check("pgx: connects", err, nil)

	// For arrays only, after each connect.
	var oid, arrayOid uint32
	err = c.QueryRow(ctx, "SELECT oid, array_oid FROM gb_enum_types WHERE name = 'task_status'").Scan(&oid, &arrayOid)
	c.ConnInfo().RegisterDataType(pgtype.DataType{Value: &pgtype.Text{}, Name: "task_status", OID: oid})
	c.ConnInfo().RegisterDataType(pgtype.DataType{
		Value: pgtype.NewArrayType("_task_status", oid, func() pgtype.ValueTranscoder { return &pgtype.Text{} }),
		Name:  "_task_status", OID: arrayOid})

	tap.Check("pgx: the type is found", err, nil)

	var status string
	var priority *string
	var history []string
	err = c.QueryRow(ctx, "SELECT status, priority, history FROM tasks WHERE status = $1", "running").
		Scan(&status, &priority, &history)
	// CopyFrom writes in binary.
	_, copyErr := c.CopyFrom(ctx, pgx.Identifier{"tasks"}, []string{"status"}, pgx.CopyFromRows([][]interface{}{{"paused"}}))

	tap.Check("pgx: no error", err, nil)
	tap.Check("pgx: a name", status, "running")
	tap.Check("pgx: a name that may be NULL", *priority, "high")
	tap.Check("pgx: an array", history, []string{"pending", "running"})
	tap.Check("pgx: COPY", copyErr, nil)
	var count int
	err = c.QueryRow(ctx, "SELECT count(*) FROM tasks WHERE status = $1", "paused").Scan(&count)
	tap.Check("pgx: what was copied", count, 1)
	os.Exit(tap.Failures)
}
