-- Drops what cases make, and counts what is left: every object has rows here, and every change of a built-in one that
-- the corpus makes.
SET search_path = pg_catalog;
SET client_min_messages = error;
DO $$
DECLARE
    command text;
    commands text[];
BEGIN
    SELECT array_agg(format('DROP %s IF EXISTS %s CASCADE', kind, name)) INTO commands FROM (
        SELECT 'EVENT TRIGGER' AS kind, quote_ident(evtname) AS name FROM pg_event_trigger
        UNION ALL SELECT 'PUBLICATION', quote_ident(pubname) FROM pg_publication
        UNION ALL SELECT 'FOREIGN DATA WRAPPER', quote_ident(fdwname) FROM pg_foreign_data_wrapper
        UNION ALL SELECT 'SCHEMA', quote_ident(nspname) FROM pg_namespace WHERE oid >= 16384 AND nspname !~ '^pg_' AND nspname <> 'public'
        UNION ALL SELECT CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE'
                                      WHEN 'f' THEN 'FOREIGN TABLE' WHEN 'c' THEN 'TYPE' ELSE 'TABLE' END, oid::regclass::text
            FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind NOT IN ('i', 'I')
        UNION ALL SELECT 'ROUTINE', oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        UNION ALL SELECT 'TYPE', oid::regtype::text FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype IN ('d', 'e', 'r')
        UNION ALL SELECT 'COLLATION', collname FROM pg_collation WHERE oid >= 16384
    ) AS found;
    FOREACH command IN ARRAY coalesce(commands, '{}') LOOP
        EXECUTE command;
    END LOOP;
    PERFORM lo_unlink(oid) FROM pg_largeobject_metadata;
    EXECUTE format('ALTER DATABASE %I RESET ALL', current_database());
END $$;
SELECT 'left', (SELECT count(*) FROM pg_depend), (SELECT count(*) FROM pg_type), (SELECT count(*) FROM pg_proc),
       (SELECT count(*) FROM pg_class), (SELECT count(*) FROM pg_constraint), (SELECT count(*) FROM pg_description),
       (SELECT count(*) FROM pg_default_acl), (SELECT count(*) FROM pg_largeobject_metadata), (SELECT count(*) FROM pg_extension),
       (SELECT count(*) FROM pg_db_role_setting), (SELECT count(*) FROM pg_event_trigger), (SELECT count(*) FROM pg_publication),
       (SELECT count(*) FROM pg_foreign_data_wrapper), (SELECT count(*) FROM pg_collation), (SELECT count(*) FROM pg_ts_config),
       (SELECT count(*) FROM pg_prepared_xacts),
       (SELECT string_agg(nspname || coalesce(nspacl::text, ''), ' ' ORDER BY nspname) FROM pg_namespace WHERE nspname !~ '^pg_(toast_)?temp_');
