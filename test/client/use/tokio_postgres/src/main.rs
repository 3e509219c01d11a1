use std::error::Error;

use bytes::BytesMut;
use tokio_postgres::types::{to_sql_checked, FromSql, IsNull, ToSql, Type};
use tokio_postgres::NoTls;

#[path = "../../tap.rs"]
mod tap;
use tap::check;

// The driver refuses String for types that it does not know. So names have a type of their own.
#[derive(Debug, Clone, PartialEq)]
struct Name(String);

impl<'a> FromSql<'a> for Name {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Name(std::str::from_utf8(raw)?.into()))
    }
    fn accepts(t: &Type) -> bool {
        t.schema() != "pg_catalog"
    }
}

impl ToSql for Name {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        out.extend_from_slice(self.0.as_bytes());
        Ok(IsNull::No)
    }
    fn accepts(t: &Type) -> bool {
        t.schema() != "pg_catalog"
    }
    to_sql_checked!();
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let url = std::env::args().nth(1).ok_or("a connection string is needed")?;
    let (client, connection) = tokio_postgres::connect(&url, NoTls).await?;
    tokio::spawn(connection);
    let mut tests = Vec::new();

    let refused = client.query_one("SELECT status FROM tasks WHERE status = $1", &[&"running"]).await;
    check(&mut tests, "tokio-postgres: a text as a parameter is refused", refused.is_err(), true);
    let row = client.query_one("SELECT status FROM tasks WHERE id = 1", &[]).await?;
    let refused = (row.try_get::<_, String>(0).is_err(), row.try_get::<_, i16>(0).is_err());
    check(&mut tests, "tokio-postgres: a result as String or i16 is refused", refused, (true, true));

    let row = client
        .query_one("SELECT status, history FROM tasks WHERE status = $1", &[&Name("running".into())])
        .await?;
    let status: Name = row.get("status");
    let history: Option<Vec<Name>> = row.get("history");

    check(&mut tests, "tokio-postgres: a name", status, Name("running".into()));
    check(
        &mut tests,
        "tokio-postgres: an array",
        history,
        Some(vec![Name("pending".into()), Name("running".into())]),
    );

    // Or without a type of your own, by casts.
    let row = client
        .query_one("SELECT status::text FROM tasks WHERE status = ANY ($1::text[])", &[&vec!["failed"]])
        .await?;
    let status: String = row.get("status");

    check(&mut tests, "tokio-postgres: by casts", status, "failed".into());
    std::process::exit(i32::from(tests.contains(&false)));
}
