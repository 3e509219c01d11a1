'use strict';

const { check, run } = require('./tap');
const knex = require('knex')({ client: 'pg', connection: {} });

run(async () => {
    // In a migration.
    await knex.schema.createTable('jobs', (table) => {
        table.increments('id');
        table.specificType('status', 'task_status').notNullable().defaultTo('pending');
    });
    const rows = await knex('tasks').whereIn('status', ['running', 'ready']).orderBy('id').select('id', 'status');

    check('Knex: names', rows, [{ id: 1, status: 'running' }, { id: 2, status: 'ready' }]);
    await knex('jobs').insert({});
    check('Knex: a default', await knex('jobs').select('status'), [{ status: 'pending' }]);
    await knex.schema.dropTable('jobs');
    await knex.destroy();
});
