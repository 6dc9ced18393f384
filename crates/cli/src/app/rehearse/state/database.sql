-- What of one database pg_dump does not say: rows, positions, and what is broken. A JSON array [kind, name, lines] for each.
SET search_path = pg_catalog; SET datestyle = ISO; SET intervalstyle = postgres; SET timezone = 'UTC';
SET extra_float_digits = 3; SET bytea_output = hex; SET xmloption = content; SET row_security = off;
SET statement_timeout = 0; SET lock_timeout = '10s'; SET default_transaction_read_only = on;
SELECT format('SELECT json_build_array(''rows'', %L, ARRAY[count(*)::text, coalesce(sum(hashtextextended(stepmark_row::text, 0)::numeric), 0)::text]) FROM ONLY %I.%I AS stepmark_row',
  format('%I.%I', nspname, relname), nspname, relname)
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE relkind IN ('r', 'm') AND relpersistence <> 't' AND relispopulated
  AND nspname NOT IN ('pg_catalog', 'information_schema') AND nspname !~ '^pg_(toast|temp)' ORDER BY nspname, relname \gexec
SELECT json_build_array('large objects', '', ARRAY[
  (SELECT count(*)::text FROM pg_largeobject_metadata),
  (SELECT coalesce(sum(hashtextextended(concat(loid, ' ', pageno, ' ', encode(data, 'hex')), 0)::numeric), 0)::text FROM pg_largeobject)]);
SELECT json_build_array('invalid index', format('%I.%I', nspname, relname), ARRAY[]::text[])
FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE NOT indisvalid AND relkind = 'i';
SELECT json_build_array('unpopulated view', format('%I.%I', nspname, relname), ARRAY[]::text[])
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE relkind = 'm' AND NOT relispopulated;
-- These are not compared as they are. While no row of a catalog has another place or transaction, the schema is the same.
SELECT 'SELECT json_build_array('''', ''catalogs'', ARRAY[sum(digest)::text]) FROM (' || string_agg(format(
  'SELECT sum(hashtextextended(concat(%L, ctid, xmin), 0)::numeric) AS digest FROM %I', relname, relname), ' UNION ALL ') || ') AS catalogs'
FROM pg_class WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind = 'r'
  AND relname NOT IN ('pg_statistic', 'pg_statistic_ext_data', 'pg_largeobject') \gexec
SELECT json_build_array('', 'position', ARRAY[format('%I.%I', schemaname, sequencename), coalesce(last_value::text, ''), increment_by::text])
FROM pg_sequences ORDER BY schemaname, sequencename;
SELECT json_build_array('', 'relation', ARRAY[(SELECT oid::text FROM pg_database WHERE datname = current_database()), c.oid::text,
  format('%I.%I', nspname, relname), relpersistence::text])
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE relkind IN ('r', 'p', 'm', 'v', 'f') AND relpersistence <> 't'
  AND nspname NOT IN ('pg_catalog', 'information_schema') AND nspname !~ '^pg_(toast|temp)' ORDER BY nspname, relname;
