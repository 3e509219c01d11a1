// A help desk: the open tickets, one that is put on hold, and how many there are of each status.
import { Client } from 'pg';

import { TicketStatus, TicketStatusEnum } from './enums';

async function main(): Promise<void> {
    const client = new Client();
    await client.connect();

    const open = await client.query('SELECT id, title FROM tickets WHERE status = $1 ORDER BY id', [TicketStatus.Open]);
    open.rows.forEach((row) => console.log(`open: ${row.id} ${row.title}`));

    const moved = await client.query('UPDATE tickets SET status = $1 WHERE id = 1 RETURNING id, status', [TicketStatus.OnHold]);
    const status: TicketStatus = TicketStatusEnum.parse(moved.rows[0].status);
    console.log(`moved: ${moved.rows[0].id} ${status}`);

    const counts = await client.query('SELECT status, count(*) FROM tickets GROUP BY status ORDER BY status');
    console.log('count: ' + counts.rows.map((row) => `${TicketStatusEnum.parse(row.status)} ${row.count}`).join(', '));

    await client.query('UPDATE tickets SET status = $1', ['lost']).catch((error) => console.log(`refused: ${error.code}`));
    await client.end();
}

main();
