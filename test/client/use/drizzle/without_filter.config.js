'use strict';

module.exports = { ...require('./drizzle.config.js'), tablesFilter: undefined };
