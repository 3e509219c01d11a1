'use strict';

const { DataSource, EntitySchema, In } = require('typeorm');
const { check, run } = require('./tap');

run(async () => {
    // With decorators: @Column({ type: 'task_status' as any, default: 'pending' }) status: string;
    const Task = new EntitySchema({
        name: 'Task',
        tableName: 'tasks',
        columns: {
            id: { type: 'integer', primary: true, generated: true },
            status: { type: 'task_status', default: 'pending' },
            priority: { type: 'task_priority', nullable: true },
            history: { type: 'task_status', array: true, nullable: true },
        },
    });
    const source = new DataSource({ type: 'postgres', host: process.env.PGHOST, username: process.env.PGUSER,
        database: process.env.PGDATABASE, entities: [Task] });
    // Before initialize(). Never type: 'enum': synchronize and migrations would drop the column.
    source.driver.supportedDataTypes.push('task_status', 'task_priority');
    await source.initialize();

    const found = await source.getRepository(Task).find({ where: { status: In(['running', 'ready']) }, order: { id: 'ASC' } });
    check('TypeORM: names, arrays', found.map((task) => task.status), ['running', 'ready']);
    check('TypeORM: a default', (await source.getRepository(Task).save({})).status, 'pending');
    const { upQueries } = await source.driver.createSchemaBuilder().log();
    check('TypeORM: a migration leaves the columns alone',
        upQueries.filter(({ query }) => /DROP COLUMN|ALTER COLUMN "status"|TYPE/.test(query)), []);
    await source.destroy();

    // What the warning is about. log() changes nothing.
    const Native = new EntitySchema({
        name: 'Task',
        tableName: 'tasks',
        columns: {
            id: { type: 'integer', primary: true, generated: true },
            status: { type: 'enum', enum: ['pending', 'running'], enumName: 'task_status', default: 'pending' },
        },
    });
    const native = new DataSource({ ...source.options, entities: [Native] });
    await native.initialize();
    const { upQueries: dropping } = await native.driver.createSchemaBuilder().log();
    check("TypeORM: type: 'enum' drops the column",
        dropping.some(({ query }) => query === 'ALTER TABLE "tasks" DROP COLUMN "status"'), true);
    await native.destroy();
});
