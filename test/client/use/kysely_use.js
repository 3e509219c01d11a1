'use strict';

const { Kysely, PostgresDialect } = require('kysely');
const { Pool } = require('pg');
const { check, run } = require('./tap');

run(async () => {
    const database = new Kysely({ dialect: new PostgresDialect({ pool: new Pool() }) });

    // In the types of the database: status: Generated<'pending' | 'ready' | 'running'>, history: string[] | null
    const row = await database.insertInto('tasks').values({ status: 'ready', history: ['ready', 'failed'] })
        .returning('status').executeTakeFirst();
    const rows = await database.selectFrom('tasks').select('id').where('status', 'in', ['running', 'failed'])
        .orderBy('id').execute();

    check('Kysely: a name is written', row, { status: 'ready' });
    check('Kysely: names', rows, [{ id: 1 }, { id: 3 }]);
    await database.destroy();
});
