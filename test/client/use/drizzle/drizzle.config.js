'use strict';

// drizzle.config.js
module.exports = {
    dialect: 'postgresql',
    schema: './schema.js',
    // Else push wants to drop the extension's views.
    tablesFilter: ['*', '!gb_*'],
    dbCredentials: { host: process.env.PGHOST, user: process.env.PGUSER, database: process.env.PGDATABASE, ssl: false },
};
