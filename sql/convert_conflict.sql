-- A table has one conversion at a time: another one is refused before it changes anything, or keeps anybody waiting.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
CREATE TABLE one_way (id int PRIMARY KEY, status text NOT NULL, level text);
INSERT INTO one_way SELECT i, 'ready', 'low' FROM generate_series(1, 10) i;

-- Columns are being converted.
SELECT gb_enums_internal.convert_online_begin('one_way', gb_enums_internal.convert_named('{"status": "task_status"}'), 1, 1, '1 s', 1);
CALL gb_partition_convert('one_way', 'id', '1000');
CALL gb_partition_convert('one_way', 'id', '1000', method => 'copy');
SELECT kind, detail FROM gb_partition_convert_plan('one_way', 'id', '1000');
SELECT count(*) FROM gb_enum_convert_table('one_way', '{"status": "task_status"}', dry_run => false);
SELECT kind, detail FROM gb_enum_convert('one_way', 'status', 'task_status') WHERE kind = 'stop';
-- Other columns can be.
SELECT count(*) > 0 FROM gb_enum_convert('one_way', 'level', 'risk_level', dry_run => false);
CALL gb_enum_convert_online('one_way');
-- The old column too waits for the end.
SELECT count(*) FROM gb_enum_convert('one_way', 'status_gb_old', 'task_status', dry_run => false);
CALL gb_partition_convert('one_way', 'id', '1000');
SELECT gb_enum_convert_finish('one_way');

-- The table is being converted into a partitioned one.
SELECT count(*) > 0 FROM gb_enum_revert('one_way', 'status', dry_run => false);
SELECT gb_enums_internal.partition_convert_begin('one_way', 'id', '1000', 'copy', 0, 'UTC', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1, '1 s', 1);
CALL gb_enum_convert_online('one_way', '{"status": "task_status"}');
SELECT count(*) FROM gb_enum_convert_table('one_way', '{"status": "task_status"}', dry_run => false);
SELECT count(*) FROM gb_enum_revert('one_way', 'level', dry_run => false);
CALL gb_partition_convert('one_way');
CALL gb_enum_convert_online('one_way', '{"status": "task_status"}');
CALL gb_enum_convert_online('one_way_old', '{"status": "task_status"}');
SELECT gb_partition_convert_finish('one_way');
CALL gb_enum_convert_online('one_way', '{"status": "task_status"}');
SELECT gb_enum_convert_undo('one_way');

-- So is what is left of a conversion that is not on record any more, as after a restore.
CREATE TABLE restored (id int PRIMARY KEY, status text NOT NULL);
SELECT gb_enums_internal.convert_online_begin('restored', gb_enums_internal.convert_named('{"status": "task_status"}'), 1, 1, '1 s', 1);
SELECT gb_enums_internal.online_step('restored', 'columns') FROM generate_series(1, 2);
DELETE FROM gb_enums_internal.online_conversion WHERE relation = 'restored'::regclass;
SELECT relation, stage FROM gb_enum_conversions;
CALL gb_partition_convert('restored', 'id', '1000');
SELECT count(*) FROM gb_enum_convert('restored', 'status', 'task_status', dry_run => false);
CALL gb_enum_convert_online_undo('restored');
CALL gb_partition_convert('restored', 'id', '1000');
SELECT gb_partition_convert_finish('restored');
DROP TABLE restored, one_way;

-- The trigger of a conversion that is under way would fail without the enumeration.
CREATE TABLE back (id int PRIMARY KEY, status text, level risk_level);
INSERT INTO back VALUES (1, 'ready', 'low');
SELECT gb_enums_internal.convert_online_begin('back', gb_enums_internal.convert_named('{"status": "task_status"}'), 1, 1, '1 s', 1);
SELECT gb_enums_internal.online_step('back', 'columns') FROM generate_series(1, 2);
SELECT count(*) FROM gb_enum_revert('back', 'status_gb_new', dry_run => false);
CALL gb_enum_convert_online('back');
SELECT detail FROM gb_enum_revert('back', 'status') WHERE kind = 'stop';
SELECT count(*) FROM gb_enum_revert('back', 'status', dry_run => false);
SELECT count(*) > 0 FROM gb_enum_revert('back', 'level', dry_run => false);
DELETE FROM gb_enums_internal.online_conversion WHERE relation = 'back'::regclass;
SELECT count(*) FROM gb_enum_revert('back', 'status', dry_run => false);
SELECT gb_enum_convert_finish('back');
SELECT count(*) > 0 FROM gb_enum_revert('back', 'status', dry_run => false);
TABLE back;
DROP TABLE back;
