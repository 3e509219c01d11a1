'use strict';

const postgres = require('postgres');
const { check, run } = require('./tap');

run(async () => {
    // fetch_types stays on, which is the default: so arrays are arrays.
    const sql = postgres();

    await sql`INSERT INTO tasks ${sql([{ status: 'paused', priority: null }])}`;
    const rows = await sql`SELECT status, history FROM tasks WHERE status IN ${sql(['running', 'paused'])} ORDER BY id`;

    check('postgres.js: names, arrays', rows, [
        { status: 'running', history: ['pending', 'running'] }, { status: 'paused', history: null }]);
    await sql.end();
});
