
-- Lists in messages ------------------------------------------------------------------------------------

CREATE FUNCTION gb_enums_internal.first_of(texts text[], most integer, separator text, rest text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    RETURN array_to_string(texts[:most], separator)
           || CASE WHEN cardinality(texts) > most THEN format(rest, cardinality(texts) - most) ELSE '' END;
COMMENT ON FUNCTION gb_enums_internal.first_of(text[], integer, text, text) IS
    'the first texts of a list that may be long, and how many more there are';
