'use strict';

const { spawnSync } = require('child_process');
const { readFileSync } = require('fs');
const { dirname, join } = require('path');
const { PrismaPg } = require('@prisma/adapter-pg');
const { loadConfigFromFile } = require('@prisma/config');
const { bindMigrationAwareSqlAdapterFactory } = require('@prisma/driver-adapter-utils');
const { Result } = require('pg');
const { check, run } = require('../tap');

const server = { host: process.env.PGHOST, user: process.env.PGUSER, database: process.env.PGDATABASE };

// Prisma's command wants a program for migrations, which it would download; the client needs none.
function generateClient() {
    const { status, stderr } = spawnSync('../node_modules/.bin/prisma', ['generate'], { encoding: 'utf8',
        env: { ...process.env, CHECKPOINT_DISABLE: '1', PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true' } });
    check('Prisma: generate', [status, stderr.match(/^Error.*/m)], [0, null]);
}

async function useClient() {
    const { PrismaClient } = require('./generated');
    const prisma = new PrismaClient({ adapter: new PrismaPg(server) });
    const found = await prisma.task.findMany({ where: { status: { in: ['running', 'ready'] } }, orderBy: { id: 'asc' } });
    const made = await prisma.task.create({ data: { history: ['ready', 'failed'] } });
    const having = await prisma.task.findMany({ where: { history: { has: 'failed' } } });

    check('Prisma: names', found.map((task) => task.status), ['running', 'ready']);
    check('Prisma: arrays', found.map((task) => task.history), [['pending', 'running'], []]);
    check('Prisma: a default', made.status, 'pending');
    check('Prisma: has', having.map((task) => task.id), [made.id]);
    await prisma.$disconnect();
}

// The engine behind the commands that change a schema. The program that they download is the same in another form.
async function schemaEngine(schema) {
    const path = require.resolve('@prisma/schema-engine-wasm/schema_engine_bg');
    const engine = await import(path);
    const module = await WebAssembly.instantiate(readFileSync(join(dirname(path), 'schema_engine_bg.wasm')),
        { './schema_engine_bg.js': engine });
    engine.__wbg_set_wasm(module.instance.exports);
    module.instance.exports.__wbindgen_start();

    // The adapter does not read the catalogs' type "char".
    const addFields = Result.prototype.addFields;
    Result.prototype.addFields = function (fields) {
        fields.filter((field) => field.dataTypeID === 18).forEach((field) => { field.dataTypeID = 1042; });
        return addFields.call(this, fields);
    };
    return engine.SchemaEngine.new({ datamodels: [['schema.prisma', schema]] }, () => {},
        bindMigrationAwareSqlAdapterFactory(new PrismaPg(server)));
}

async function useSchemaTools() {
    const content = readFileSync('schema.prisma', 'utf8');
    const engine = await schemaEngine(content);
    const schema = { files: [{ path: 'schema.prisma', content }] };

    const pulled = await engine.introspect({ schema: { files: [{ path: 'schema.prisma', content: content.split('enum')[0] }] },
        baseDirectoryPath: '.', force: true, compositeTypeDepth: 0, namespaces: null });
    check('Prisma: db pull does not know the type', /status +Unsupported\("task_status"\)/.test(pulled.schema.files[0].content), true);

    const pushed = await engine.schemaPush({ force: false, schema, filters: { externalTables: [], externalEnums: [] } });
    check('Prisma: db push drops columns', pushed.warnings.filter((warning) => /`status`/.test(warning)),
        ['The `status` column on the `tasks` table would be dropped and recreated. This will lead to data loss.']);

    const { config } = await loadConfigFromFile({ configFile: 'prisma.config.ts' });
    const filters = { externalTables: config.tables.external, externalEnums: config.enums.external };
    check('Prisma: db push leaves external tables alone', await engine.schemaPush({ force: true, schema, filters }),
        { executedSteps: 0, unexecutable: [], warnings: [] });
}

run(async () => {
    if (Number.parseInt(process.versions.node, 10) < 20) {
        console.log('ok - Prisma # SKIP Prisma 7 needs Node.js 20');
        return;
    }
    generateClient();
    await useClient();
    await useSchemaTools();
    // The engine keeps its connections.
    setImmediate(() => process.exit());
});
