'use strict';

const { Sequelize, Op } = require('sequelize');
const { check, run } = require('./tap');

run(async () => {
    const sequelize = new Sequelize(process.env.PGDATABASE, process.env.PGUSER, '', {
        dialect: 'postgres', host: process.env.PGHOST, logging: false });

    // The type's name as a string, not DataTypes.ENUM, which would create a native enum.
    const Task = sequelize.define('Task', {
        status: { type: 'task_status', allowNull: false, defaultValue: 'pending' },
        history: 'task_status[]',
    }, { tableName: 'tasks', timestamps: false });

    const running = await Task.findAll({ where: { status: 'running' }, raw: true, attributes: ['id', 'status'] });
    check('Sequelize: a name', running, [{ id: 1, status: 'running' }]);
    check('Sequelize: in', await Task.count({ where: { status: { [Op.in]: ['running', 'failed'] } } }), 2);
    check('Sequelize: a default', (await Task.create({})).status, 'pending');
    await sequelize.close();
});
