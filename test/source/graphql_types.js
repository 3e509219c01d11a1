// The source in GraphQL: it is a schema, its descriptions are those of the values, and deprecated values say so.

'use strict';

const assert = require('assert');
const fs = require('fs');
const { buildSchema } = require('graphql');

const source = fs.readFileSync(`${process.env.PLACE}/enums.graphql`, 'utf8');
const schema = buildSchema(`${source}\ntype Query { class: Class, task: TaskStatus, string: StringPublic }`);
const values = schema.getType('Class');
assert.strictEqual(values.getValues().length, 25);
assert.strictEqual(values.description, `*/ """ \\ 'here' #" <b> ]]> --> fn main() {} ends with "`);
assert.strictEqual(values.getValue('in_progress_2').deprecationReason, 'use "in progress"');
assert.strictEqual(values.getValue('self').deprecationReason, undefined);
assert.deepStrictEqual(schema.getType('TaskStatus').getValues().slice(0, 2).map(value => value.name), ['pending', 'ready']);
