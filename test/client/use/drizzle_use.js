'use strict';

const { drizzle } = require('drizzle-orm/node-postgres');
const { customType, pgTable, serial } = require('drizzle-orm/pg-core');
const { asc, inArray } = require('drizzle-orm');
const { Pool } = require('pg');
const { check, run } = require('./tap');

// In TypeScript: customType<{ data: 'pending' | 'ready' | 'running' }>. In drizzle.config.ts:
// tablesFilter: ['*', '!gb_*'], else push wants to drop the extension's views.
const gbEnum = (name) => customType({ dataType: () => name });
const taskStatus = gbEnum('task_status');
const tasks = pgTable('tasks', {
    id: serial('id').primaryKey(),
    status: taskStatus('status').notNull().default('pending'),
    history: taskStatus('history').array(),
});

run(async () => {
    const pool = new Pool();
    const database = drizzle(pool);

    const rows = await database.select({ id: tasks.id, status: tasks.status }).from(tasks)
        .where(inArray(tasks.status, ['running', 'ready'])).orderBy(asc(tasks.id));
    await database.insert(tasks).values({ status: 'failed', history: ['running', 'failed'] });

    check('Drizzle: names', rows, [{ id: 1, status: 'running' }, { id: 2, status: 'ready' }]);
    const { rows: written } = await pool.query("SELECT history::text FROM tasks WHERE id = 4");
    check('Drizzle: an array is written', written, [{ history: '{running,failed}' }]);
    await pool.end();
});
