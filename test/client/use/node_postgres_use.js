'use strict';

const { Pool, types } = require('pg');
const { check, run } = require('./tap');

run(async () => {
    const pool = new Pool();

    const { rows } = await pool.query('SELECT id, status FROM tasks WHERE status = $1', ['running']);
    check('node-postgres: a name', rows, [{ id: 1, status: 'running' }]);

    const unknown = await pool.query('SELECT history FROM tasks WHERE id = 1');
    check('node-postgres: an array of a type that is not registered is one string', unknown.rows, [{ history: '{pending,running}' }]);

    // Arrays as arrays, once per process; 1009 is text[].
    const known = await pool.query('SELECT array_oid FROM gb_enum_types');
    known.rows.forEach((row) => types.setTypeParser(row.array_oid, types.getTypeParser(1009)));

    const found = await pool.query('SELECT history FROM tasks WHERE status = ANY ($1) ORDER BY id', [['running', 'ready']]);
    check('node-postgres: arrays', found.rows, [{ history: ['pending', 'running'] }, { history: null }]);
    await pool.end();
});
