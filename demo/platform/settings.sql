-- The settings of the platform's tables, which are those of much traffic: autovacuum and ANALYZE come early, and do not
-- wait long. A partitioned table takes no such settings itself: its partitions get them from the set, those to come as
-- well. The script needs search_path, and no partitions of message_history yet but DEFAULT.

SELECT gb_partition_manage('message_history', '1 month', storage => '{autovacuum_vacuum_scale_factor=0.01,
    autovacuum_analyze_scale_factor=0.005,autovacuum_vacuum_cost_delay=2}') AS managed
\gset
ALTER TABLE user_sessions SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.01);
