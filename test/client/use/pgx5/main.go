package main

import (
	"context"
	"os"

	"github.com/jackc/pgx/v5"

	"../tap"
)

func main() {
	ctx := context.Background()
	c, err := pgx.Connect(ctx, "")
	tap.Check("pgx 5: connects", err, nil)

	var status string
	var priority *string
	var history []string
	err = c.QueryRow(ctx, "SELECT status, priority, history FROM tasks WHERE status = $1", "running").
		Scan(&status, &priority, &history)
	_, copyErr := c.CopyFrom(ctx, pgx.Identifier{"tasks"}, []string{"status"}, pgx.CopyFromRows([][]any{{"paused"}}))

	tap.Check("pgx 5: no error", err, nil)
	tap.Check("pgx 5: a name", status, "running")
	tap.Check("pgx 5: a name that may be NULL", *priority, "high")
	tap.Check("pgx 5: an array", history, []string{"pending", "running"})
	tap.Check("pgx 5: COPY", copyErr, nil)
	var count int
	err = c.QueryRow(ctx, "SELECT count(*) FROM tasks WHERE status = ANY ($1)", []string{"paused", "failed"}).Scan(&count)
	tap.Check("pgx 5: names in an array", count, 2)
	_, err = c.LoadType(ctx, "task_status")
	tap.Check("pgx 5: LoadType takes the type for an array", err != nil, true)
	os.Exit(tap.Failures)
}
