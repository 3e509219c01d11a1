'use strict';

const { spawnSync } = require('child_process');
const { drizzle } = require('drizzle-orm/node-postgres');
const { asc, inArray } = require('drizzle-orm');
const { Pool } = require('pg');
const { check, run } = require('../tap');
const { tasks } = require('./schema');

// What `drizzle-kit push` says. It has no terminal where it could ask, so it changes nothing.
function push(config) {
    const { stdout } = spawnSync('../node_modules/.bin/drizzle-kit', ['push', '--strict', '--verbose', '--config', config],
        { encoding: 'utf8' });
    return stdout;
}

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

    const statements = push('without_filter.config.js').match(/^(?:ALTER|CREATE|DROP).*$/gm) ?? [];
    check('drizzle-kit: push wants to drop the views', statements.includes('DROP VIEW "public"."gb_enums";'), true);
    check('drizzle-kit: and nothing else', statements.filter((statement) => !/^DROP VIEW "public"."gb_/.test(statement)), []);
    check('drizzle-kit: it leaves out what the filter names', /No changes detected/.test(push('drizzle.config.js')), true);
});
