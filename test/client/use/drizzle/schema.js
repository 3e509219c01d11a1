'use strict';

const { customType, pgTable, serial } = require('drizzle-orm/pg-core');

// In TypeScript: customType<{ data: 'pending' | 'ready' | 'running' }>.
const gbEnum = (name) => customType({ dataType: () => name });
const taskStatus = gbEnum('task_status');
const tasks = pgTable('tasks', {
    id: serial('id').primaryKey(),
    status: taskStatus('status').notNull().default('pending'),
    priority: gbEnum('task_priority')('priority'),
    history: taskStatus('history').array(),
});

module.exports = { tasks };
