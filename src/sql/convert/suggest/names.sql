
-- What names and comments say -----------------------------------------------------------------------

CREATE FUNCTION gb_enums_internal.name_words(name text) RETURNS text[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
SELECT coalesce(array_agg(
    CASE
        WHEN s.word ~ '...ies$' THEN left(s.word, -3) || 'y'
        WHEN s.word ~ '(uses|ches|shes|sses|xes)$' THEN left(s.word, -2)
        WHEN s.word ~ '..[^sui]s$' THEN left(s.word, -1)
        ELSE s.word
    END ORDER BY s.place), '{}')
FROM regexp_split_to_table(
    lower(regexp_replace(name_words.name, '([[:lower:][:digit:]])([[:upper:]])', E'\\1_\\2', 'g')),
    '[^[:alnum:]]+') WITH ORDINALITY s(word, place)
WHERE s.word <> ''
$$;
COMMENT ON FUNCTION gb_enums_internal.name_words(text) IS
    'the words of a name like "old_taskStatuses", each in the singular: old, task, status';

CREATE FUNCTION gb_enums_internal.name_kind(words text[]) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
SELECT CASE
    WHEN l.word IN ('locale', 'lang', 'language', 'currency', 'country', 'nationality', 'timezone', 'tz',
                    'color', 'colour')
        OR l.word = 'zone' AND 'time' = ANY (words)
        THEN 'reference'
    WHEN l.word IN ('status', 'state', 'type', 'kind', 'mode', 'role', 'category', 'channel', 'stage',
                    'phase', 'visibility',
                    'estado', 'estatus', 'statut', 'zustand', 'situacao', 'situação', 'tipo', 'typ', 'rolle',
                    'papel', 'modo', 'categoria', 'etapa', 'fase')
        THEN 'set'
    WHEN l.word IN ('priority', 'severity', 'level', 'tier', 'plan', 'class', 'urgency', 'scope', 'method',
                    'provider', 'direction', 'frequency', 'gender', 'outcome', 'condition',
                    'format', 'theme', 'sex', 'availability', 'sentiment', 'importance',
                    'prioridade', 'prioridad', 'nivel', 'carrier', 'operator', 'trigger', 'behavior',
                    'behaviour', 'indicator', 'layer', 'sector')
        THEN 'set of texts'
    WHEN l.word IN (
        'reason', 'note', 'comment', 'remark', 'description', 'desc', 'message', 'msg', 'body', 'text',
        'content', 'title', 'name', 'label', 'subject', 'summary', 'caption', 'topic', 'keyword', 'tag',
        'detail', 'error', 'exception', 'slug', 'handle', 'reference', 'ref', 'value', 'answer', 'initial',
        'url', 'uri', 'link', 'href', 'path', 'file', 'filename', 'folder', 'directory', 'bucket',
        'email', 'mail', 'phone', 'fax', 'address', 'street', 'city', 'town', 'place', 'region', 'location',
        'origin', 'destination', 'warehouse', 'branch', 'office', 'building', 'floor', 'room', 'ward',
        'assignee', 'contact', 'person', 'employee', 'by', 'nick', 'login', 'company', 'organization',
        'organisation', 'tenant', 'team', 'group', 'project', 'department', 'bot', 'agent', 'brand',
        'bank', 'school', 'hospital', 'clinic', 'lab', 'product', 'sku', 'material', 'fabric', 'ingredient',
        'flavor', 'flavour', 'drug', 'medication', 'diagnosis', 'disease', 'symptom', 'allergen', 'species',
        'breed', 'religion', 'sport', 'hobby', 'campaign',
        'model', 'version', 'hash', 'checksum', 'digest', 'token', 'key', 'secret', 'password', 'id', 'uuid',
        'guid', 'ip', 'host', 'hostname', 'domain', 'device', 'json', 'data', 'config', 'setting',
        'option', 'payload', 'metadata', 'meta', 'context', 'prompt', 'query', 'expression', 'formula',
        'field', 'column', 'attribute', 'property',
        'pattern', 'template', 'icon', 'avatar', 'image', 'photo', 'picture', 'font', 'date', 'day', 'month',
        'year', 'time', 'hour', 'week', 'count', 'score', 'rating', 'star', 'rank', 'index', 'position',
        'order', 'amount', 'price', 'rate', 'percent', 'size', 'length', 'width',
        'height', 'weight', 'age', 'unit', 'uom')
        -- persons, firms and tools that do something; what a compound word says at its end
        OR l.word ~ '..(er|or|ist|ian|person|name|place|code|text|path|line)$'
        -- what links from elsewhere bring along
        OR words[1] = 'utm'
        -- codes that others define
        OR l.is_code
        THEN 'free'
    ELSE 'other'
END
FROM (SELECT words[cardinality(words)] = 'code') e(is_code)
CROSS JOIN LATERAL (
    SELECT words[cardinality(words) - (cardinality(words) > 1 AND e.is_code)::integer], e.is_code)
    l(word, is_code)
$$;
COMMENT ON FUNCTION gb_enums_internal.name_kind(text[]) IS
    'what the last word of a column''s name says of its values: reference (codes that others define, as of '
    'languages), set, set of texts (numbers of that name are none), free (anything) or other';

CREATE FUNCTION gb_enums_internal.name_fits(enum_words text[], words text[], table_word text)
    RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE
        WHEN enum_words <@ words THEN 3
        WHEN enum_words[cardinality(enum_words)] = ANY (words) AND enum_words <@ (words || table_word) THEN 2
        WHEN enum_words[cardinality(enum_words)] IN ('type', 'level', 'kind')
             AND cardinality(enum_words) > 1
             AND enum_words[:cardinality(enum_words) - 1] <@ words THEN 1
        WHEN enum_words[cardinality(enum_words)] = words[cardinality(words)]
             AND enum_words[cardinality(enum_words)] NOT IN (
                 'status', 'state', 'type', 'kind', 'level', 'mode', 'role', 'category', 'class', 'code')
             THEN 1
        ELSE 0
    END;
COMMENT ON FUNCTION gb_enums_internal.name_fits(text[], text[], text) IS
    'how well the name of an enumeration fits a column: 3 (the column has all its words), 2 (with the last '
    'word of the table), 1 (but for a word that says nothing), 0';

-- In the locale C the server knows no other letters than those of ASCII.
CREATE FUNCTION gb_enums_internal.pattern_of_letters() RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN E'(?:[[:alpha:]]|[^\\x01-\\xbf\\u2000-\\u2bff])';
COMMENT ON FUNCTION gb_enums_internal.pattern_of_letters() IS
    'matches a letter, and characters beyond Latin-1 that are no punctuation, arrows or symbols';

-- For comments like "0=pending, 1=running" or "0: pending; 1: running".
CREATE FUNCTION gb_enums_internal.commented_codes(
    comment text, OUT code smallint, OUT name text) RETURNS SETOF record
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    BEGIN ATOMIC
        SELECT m[1]::smallint, rtrim(m[2])
        FROM regexp_matches(
            left(comment, 4000),
            pg_catalog.replace(
                E'(?<![\\w.-])(-?\\d{1,4})\\s*(?:=>?|:|->|-|\\()\\s*[''"]?(@(?:@|[\\d_ ]){0,62})',
                '@', gb_enums_internal.pattern_of_letters()), 'g') m;
    END;
COMMENT ON FUNCTION gb_enums_internal.commented_codes(text) IS
    'the codes and names in a comment on an integer column';

-- For comments like "pending, accepted or cancelled", "state: open | closed", "how it was sent (web/sms)".
CREATE FUNCTION gb_enums_internal.commented_names(comment text) RETURNS text[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
    AS $$
SELECT i.names
FROM (SELECT left(commented_names.comment, 1000)) c(comment)
CROSS JOIN LATERAL (VALUES
    (1, substring(c.comment, ':([^:]*)$')),
    (2, substring(c.comment, E'\\(([^()]*)\\)[^()]*$')),
    (3, c.comment)) part(place, text)
CROSS JOIN LATERAL (
    SELECT array_agg(w.word ORDER BY s.place),
           count(*) BETWEEN 2 AND 30
           AND count(*) = count(DISTINCT w.word)
           AND bool_and(w.word ~ replace(
               '^@(@|[[:digit:]_-]){0,62}$', '@', gb_enums_internal.pattern_of_letters()))
           AND NOT bool_or(lower(w.word) IN ('the', 'an', 'of', 'is', 'be', 'etc'))
    FROM regexp_split_to_table(
        regexp_replace(
            regexp_replace(part.text, E'\\s+\\([^()]*\\)', '', 'g'),
            E'^\\s*(one\\s+of\\s+)?|[\\s.]+$', '', 'gi'),
        E'\\s*[,;|/\\n]\\s*(?:or\\s+|and\\s+)?|\\s+(?:or|and)\\s+|\\s*->\\s*') WITH ORDINALITY s(word, place)
    CROSS JOIN LATERAL btrim(s.word, '''"`') w(word)
) i(names, are_names)
WHERE i.are_names
ORDER BY part.place
LIMIT 1
$$;
COMMENT ON FUNCTION gb_enums_internal.commented_names(text) IS
    'the values that a comment on a column of texts lists, when it or a part of it is nothing but a list';
