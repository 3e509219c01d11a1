-- The enumerations of this version: codes, names and descriptions are a contract.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS gb_enums;
RESET client_min_messages;

SELECT enum, code, name, description FROM gb_enums ORDER BY enum::text COLLATE "C", code;
SELECT count(DISTINCT enum) AS enums, count(*) AS "values" FROM gb_enums;

-- The same through each enumeration's own functions, the generic ones and the type.
SELECT e.enum, bool_and(gb_enum_name(e.enum, e.code) = e.name) AS name,
       bool_and(gb_enum_code(e.enum, e.name) = e.code) AS code,
       bool_and(gb_enum_description(e.enum, e.code) = e.description) AS description,
       count(*) = (SELECT count(*) FROM gb_enum_values(e.enum)) AS "values"
FROM gb_enums e GROUP BY 1 ORDER BY e.enum::text COLLATE "C";

DO $$
DECLARE
    e record;
    agrees boolean;
BEGIN
    FOR e IN SELECT * FROM gb_enums LOOP
        EXECUTE format(
            'SELECT %1$I_name($1::smallint) = $2 AND %1$I_name($1::integer) = $2
                AND %1$I_code($2) = $1
                AND %1$I_description($1::smallint) = $3 AND %1$I_description($1::integer) = $3
                AND ($2::%1$I)::smallint = $1 AND $1::%1$I::text = $2 AND $1::integer::%1$I = $2
                AND as_%1$I($1) = $2::%1$I AND as_%1$I($1)::integer = $1
                AND EXISTS (SELECT FROM %1$I_values() v WHERE (v.code, v.name) = ($1, $2))',
            e.enum) INTO STRICT agrees USING e.code, e.name, e.description;
        IF agrees IS DISTINCT FROM true THEN
            RAISE EXCEPTION '% % disagrees', e.enum, e.name;
        END IF;
    END LOOP;
END
$$;

-- E_values in the order of the codes, with everything the definition can say.
SELECT * FROM message_role_values();
SELECT pg_get_function_result('task_status_values(task_status)'::regprocedure);
\d gb_enums
