// node-postgres: text and binary, prepared statements, several clients.
'use strict';

const { Client } = require('pg');

let tests = 0;
let failures = 0;

function check(name, got, wanted) {
    tests += 1;
    const passed = JSON.stringify(got) === JSON.stringify(wanted);
    failures += passed ? 0 : 1;
    console.log(`${passed ? '' : 'not '}ok ${tests} - node-postgres: ${name}`);
    if (!passed) {
        console.log(`# got: ${JSON.stringify(got)}`);
    }
}

async function main() {
    // The server is told by PGHOST and its like.
    const client = new Client();
    await client.connect();
    const value = async (text, values, more) =>
        Object.values((await client.query({ text, values, ...more })).rows[0])[0];
    const sqlstate = (text, values) =>
        client.query(text, values).then(() => 'no error', (error) => error.code);

    await client.query('SET client_min_messages = warning; CREATE EXTENSION IF NOT EXISTS gb_enums');
    await client.query("CREATE TEMP TABLE task (id serial, status task_status NOT NULL DEFAULT 'pending')");
    for (const status of ['running', 'failed', 2, '6']) {
        await client.query('INSERT INTO task (status) VALUES ($1)', [status]);
    }
    check('names come back as strings', await value('SELECT status FROM task WHERE id = 3'), 'running');
    check('found by name', await value('SELECT count(*)::int FROM task WHERE status = $1', ['running']), 2);
    check('found by code', await value('SELECT count(*)::int FROM task WHERE status = $1', [2]), 2);
    check('found by names in an array',
        await value('SELECT count(*)::int FROM task WHERE status = ANY ($1)', [['running', 'failed']]), 4);
    for (const name of ['running', 'failed', 'running']) {
        check(`a named statement: ${name}`,
            await value('SELECT count(*)::int FROM task WHERE status = $1::text', [name], { name: 'find' }), 2);
    }
    check('in JSON', await value('SELECT row_to_json(t) FROM task t WHERE id = 1'), { id: 1, status: 'running' });
    check('a code by its name', await value('SELECT task_status_code($1)', ['running']), 2);
    check('an unknown name', await sqlstate('INSERT INTO task (status) VALUES ($1)', ['runing']), '22P02');
    check('an unknown code', await sqlstate('INSERT INTO task (status) VALUES ($1)', [99]), '22P02');

    const binary = async () => value('SELECT status FROM task WHERE id = $1', [1], { binary: true });
    check('binary is the name', String(await binary()), 'running');
    await client.query('SET gb_enums.binary_output = code');
    check('binary is the code', [...Buffer.from(await binary(), 'latin1')], [0, 2]);

    await client.end();
    process.exit(failures === 0 ? 0 : 1);
}

main().catch((error) => {
    console.log(`Bail out! ${error.message}`);
    process.exit(1);
});
