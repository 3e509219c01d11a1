-- The table that every example of docs/clients.md uses, made anew for each.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
DROP TABLE IF EXISTS tasks;
CREATE TABLE tasks (
    id serial PRIMARY KEY,
    status task_status NOT NULL DEFAULT 'pending',
    priority task_priority,
    history task_status[]);
INSERT INTO tasks (status, priority, history) VALUES
    ('running', 'high', '{pending,running}'), ('ready', NULL, NULL), ('failed', 'low', '{}');
