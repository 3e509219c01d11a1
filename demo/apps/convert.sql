-- The status becomes an enumeration. The programs go on as they are.
CREATE EXTENSION gb_enums;
SELECT gb_enum_create('ticket_status', '{new,open,on hold,closed}');
SELECT kind, statement FROM gb_enum_convert('tickets', 'status', 'ticket_status', dry_run => false);
