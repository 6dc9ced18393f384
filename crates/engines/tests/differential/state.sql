-- The state of a database: what users made (their oids are 16384 and up), and every row they stored.
SET log_statement = none;
SET search_path = pg_catalog;
SET client_min_messages = error;
CREATE OR REPLACE FUNCTION pg_temp.rows_of(relation regclass, columns text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    found text;
BEGIN
    EXECUTE format('SELECT count(*) || '' '' || coalesce(md5(string_agg(t, E''\n'' ORDER BY t COLLATE "C")), '''')
                    FROM (SELECT %s AS t FROM ONLY %s AS "the row") AS s', columns, relation)
    INTO found;
    RETURN found;
END $$;
CREATE OR REPLACE TEMP VIEW user_schemas AS
    SELECT oid, nspname, nspowner, nspacl FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema';
CREATE OR REPLACE TEMP VIEW user_relations AS
    SELECT s.nspname, c.* FROM pg_class AS c JOIN user_schemas AS s ON s.oid = c.relnamespace;
SELECT 'schema', nspname, pg_get_userbyid(nspowner), nspacl FROM user_schemas ORDER BY 2;
SELECT 'relation', nspname, relname, relkind, relpersistence, relrowsecurity, relforcerowsecurity, reloptions, relispopulated,
       relreplident, relispartition, pg_get_userbyid(relowner), relacl
    FROM user_relations ORDER BY 2, 3;
SELECT 'column', r.nspname, r.relname, a.attnum, a.attname, format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated,
       attisdropped, attstattarget, attcompression, attstorage, pg_get_expr(adbin, adrelid)
    FROM user_relations AS r JOIN pg_attribute AS a ON attrelid = r.oid AND attnum > 0 AND NOT attisdropped
    LEFT JOIN pg_attrdef ON adrelid = r.oid AND adnum = attnum
    ORDER BY 2, 3, 4;
SELECT 'constraint', conrelid::regclass, contypid::regtype, conname, convalidated, pg_get_constraintdef(c.oid)
    FROM pg_constraint AS c JOIN user_schemas AS s ON s.oid = connamespace ORDER BY 2, 3, 4;
SELECT 'index', pg_get_indexdef(indexrelid), indisvalid, indisclustered, indisreplident
    FROM pg_index JOIN user_relations AS r ON r.oid = indexrelid ORDER BY 2;
SELECT 'view', oid::regclass, pg_get_viewdef(oid) FROM user_relations WHERE relkind IN ('v', 'm') ORDER BY nspname, relname;
SELECT 'rule', pg_get_ruledef(w.oid), ev_enabled FROM pg_rewrite AS w JOIN user_relations AS r ON r.oid = ev_class ORDER BY 2;
SELECT 'trigger', pg_get_triggerdef(t.oid), tgenabled FROM pg_trigger AS t JOIN user_relations AS r ON r.oid = tgrelid
    WHERE NOT tgisinternal ORDER BY 2;
SELECT 'policy', polrelid::regclass, polname, polcmd, pg_get_expr(polqual, polrelid) FROM pg_policy ORDER BY 2, 3;
SELECT 'function', p.oid::regprocedure, CASE WHEN prokind IN ('f', 'p') THEN pg_get_functiondef(p.oid) ELSE prosrc END, proacl
    FROM pg_proc AS p JOIN user_schemas AS s ON s.oid = pronamespace ORDER BY s.nspname, proname, p.oid::regprocedure::text;
SELECT 'type', t.oid::regtype, typtype, typnotnull, typdefault, format_type(typbasetype, typtypmod)
    FROM pg_type AS t JOIN user_schemas AS s ON s.oid = typnamespace ORDER BY s.nspname, typname;
SELECT 'label', enumtypid::regtype, enumsortorder, enumlabel FROM pg_enum ORDER BY 2, 3;
SELECT 'inheritance', inhrelid::regclass, inhparent::regclass, pg_get_expr(relpartbound, inhrelid)
    FROM pg_inherits JOIN user_relations AS r ON r.oid = inhrelid ORDER BY nspname, relname;
SELECT 'comment', classoid::regclass, objsubid, description FROM pg_description WHERE objoid >= 16384 ORDER BY 2, 3, 4;
SELECT 'extension', extname, extversion FROM pg_extension ORDER BY 2;
SELECT 'setting', setconfig FROM pg_db_role_setting
    WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY 2;
SELECT 'statistics', stxname FROM pg_statistic_ext ORDER BY 2;
SELECT 'publication', pubname, puballtables FROM pg_publication ORDER BY 2;
SELECT 'event trigger', evtname FROM pg_event_trigger ORDER BY 2;
SELECT 'operator', oid::regoperator FROM pg_operator WHERE oid >= 16384 ORDER BY oid::regoperator::text;
SELECT 'cast', castsource::regtype, casttarget::regtype FROM pg_cast WHERE oid >= 16384 ORDER BY 2, 3;
SELECT 'collation', collname FROM pg_collation WHERE oid >= 16384 ORDER BY 2;
SELECT 'large object', loid, md5(string_agg(data, '' ORDER BY pageno)) FROM pg_largeobject GROUP BY loid ORDER BY loid;
SELECT 'default privileges', defaclnamespace, defaclobjtype, defaclacl FROM pg_default_acl ORDER BY 2, 3;
SELECT 'foreign data wrapper', fdwname FROM pg_foreign_data_wrapper ORDER BY 2;
SELECT 'text search configuration', cfgname FROM pg_ts_config WHERE oid >= 16384 ORDER BY 2;
SELECT 'prepared', gid FROM pg_prepared_xacts WHERE database = current_database() ORDER BY 2;
SELECT 'sequence', oid::regclass, pg_temp.rows_of(oid, 'last_value || '' '' || is_called')
    FROM user_relations WHERE relkind = 'S' ORDER BY nspname, relname;
SELECT 'rows', oid::regclass, pg_temp.rows_of(oid, '"the row"::text')
    FROM user_relations WHERE relkind IN ('r', 'm') AND relispopulated ORDER BY nspname, relname;
