//! A help desk: the open tickets, one that is put on hold, and how many there are of each status.

#[allow(dead_code, unexpected_cfgs)]
mod enums;

use std::error::Error;

use enums::TicketStatus;
use tokio_postgres::NoTls;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let url = std::env::args().nth(1).ok_or("a connection string is needed")?;
    let (client, connection) = tokio_postgres::connect(&url, NoTls).await?;
    tokio::spawn(connection);

    // With ::text the statements are right for a VARCHAR and for an enumeration, and the driver knows the types.
    let open = "SELECT id, title FROM tickets WHERE status = $1::text ORDER BY id";
    for row in client.query(open, &[&TicketStatus::Open.as_str()]).await? {
        println!("open: {} {}", row.get::<_, i32>(0), row.get::<_, &str>(1));
    }

    let update = "UPDATE tickets SET status = $1::text WHERE id = 1 RETURNING id, status::text";
    let row = client.query_one(update, &[&TicketStatus::OnHold.as_str()]).await?;
    let status: TicketStatus = row.get::<_, &str>(1).parse()?;
    println!("moved: {} {}", row.get::<_, i32>(0), status);

    let mut counts = Vec::new();
    let count = "SELECT status::text, count(*) FROM tickets GROUP BY tickets.status ORDER BY tickets.status";
    for row in client.query(count, &[]).await? {
        let status: TicketStatus = row.get::<_, &str>(0).parse()?;
        counts.push(format!("{} {}", status, row.get::<_, i64>(1)));
    }
    println!("count: {}", counts.join(", "));

    if let Err(error) = client.execute("UPDATE tickets SET status = $1::text", &[&"lost"]).await {
        println!("refused: {}", error.code().map_or("", |state| state.code()));
    }
    Ok(())
}
