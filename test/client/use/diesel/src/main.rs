#![allow(dead_code)]

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

#[path = "../../tap.rs"]
mod tap;
use tap::check;

// What gb_enum_source('rust', '{task_status}') returns.
mod enums;
use enums::TaskStatus;

// The shortest way: the column is declared as Text.
mod as_text {
    diesel::table! {
        tasks (id) { id -> Integer, status -> Text, history -> Nullable<Array<Nullable<Text>>>, }
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::enums::*;
    tasks (id) {
        id -> Integer,
        status -> TaskStatusMapping,
        history -> Nullable<Array<Nullable<TaskStatusMapping>>>,
    }
}

fn use_text(tests: &mut Vec<bool>, connection: &mut PgConnection) -> QueryResult<()> {
    use as_text::tasks::dsl::*;

    let found: Vec<(i32, String)> =
        tasks.filter(status.eq_any(["running", "ready"])).order(id).select((id, status)).load(connection)?;
    diesel::insert_into(tasks).values(status.eq("paused")).execute(connection)?;

    check(tests, "diesel: names as texts", found, vec![(1, "running".into()), (2, "ready".into())]);
    let paused = tasks.filter(status.eq("paused")).count().get_result::<i64>(connection)?;
    check(tests, "diesel: a text is written", paused, 1);
    let found = tasks.find(1).select(history).first::<Option<Vec<Option<String>>>>(connection)?;
    check(tests, "diesel: an array as texts", found, Some(vec![Some("pending".into()), Some("running".into())]));
    Ok(())
}

fn use_enum(tests: &mut Vec<bool>, connection: &mut PgConnection) -> QueryResult<()> {
    let found: Vec<(i32, TaskStatus)> = tasks::table
        .filter(tasks::status.eq_any([TaskStatus::Running, TaskStatus::Ready]))
        .order(tasks::id)
        .select((tasks::id, tasks::status))
        .load(connection)?;
    diesel::insert_into(tasks::table)
        .values((tasks::status.eq(TaskStatus::Failed), tasks::history.eq(vec![Some(TaskStatus::Ready)])))
        .execute(connection)?;

    check(tests, "diesel: values", found, vec![(1, TaskStatus::Running), (2, TaskStatus::Ready)]);
    let last: (TaskStatus, Option<Vec<Option<TaskStatus>>>) = tasks::table
        .filter(tasks::status.ne(TaskStatus::Pending))
        .order(tasks::id.desc())
        .select((tasks::status, tasks::history))
        .first(connection)?;
    check(tests, "diesel: an array is written and read", last, (TaskStatus::Failed, Some(vec![Some(TaskStatus::Ready)])));
    // What the setting changes is read, too.
    connection.batch_execute("SET gb_enums.binary_output = code")?;
    let code: TaskStatus = tasks::table.find(1).select(tasks::status).first(connection)?;
    check(tests, "diesel: a code in binary", code, TaskStatus::Running);
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::args().nth(1).ok_or("a connection string is needed")?;
    let mut connection = PgConnection::establish(&url)?;
    let mut tests = Vec::new();
    use_text(&mut tests, &mut connection)?;
    use_enum(&mut tests, &mut connection)?;
    std::process::exit(i32::from(tests.contains(&false)));
}
