-- What belongs to a whole cluster: a JSON array [kind, name, lines] for each thing.
SET search_path = pg_catalog; SET datestyle = ISO; SET timezone = 'UTC'; SET statement_timeout = 0; SET lock_timeout = '10s';
SELECT current_setting('server_version_num')::int >= 150000 AS has_parameter_acl \gset
SELECT json_build_array('role', rolname, ARRAY(
    SELECT concat(key, ' = ', value) FROM jsonb_each_text(to_jsonb(r) - 'oid' - 'rolname' - 'rolpassword') ORDER BY key)
  || concat('password ', coalesce(left(md5(rolpassword), 8), 'none'))
  || coalesce('comment ' || shobj_description(oid, 'pg_authid'), 'no comment'))
FROM pg_authid AS r WHERE rolname !~ '^pg_' ORDER BY rolname;
SELECT json_build_array('membership', format('%s in %s', member.rolname, role.rolname), ARRAY(
    SELECT concat(key, ' = ', value) FROM jsonb_each_text(to_jsonb(m) - 'oid' - 'roleid' - 'member' - 'grantor') ORDER BY key)
  || concat('granted by ', grantor.rolname))
FROM pg_auth_members AS m
JOIN pg_authid AS role ON role.oid = m.roleid
JOIN pg_authid AS member ON member.oid = m.member
LEFT JOIN pg_authid AS grantor ON grantor.oid = m.grantor
WHERE member.rolname !~ '^pg_';
SELECT json_build_array('settings', concat_ws(' ', 'of', 'role ' || rolname, 'database ' || datname),
  ARRAY(SELECT unnest(setconfig) ORDER BY 1))
FROM pg_db_role_setting AS s
LEFT JOIN pg_authid AS r ON r.oid = s.setrole LEFT JOIN pg_database AS d ON d.oid = s.setdatabase;
SELECT json_build_array('database', datname, ARRAY[
    concat('owner ', pg_get_userbyid(datdba)), concat('encoding ', pg_encoding_to_char(encoding)),
    concat('collate ', datcollate), concat('ctype ', datctype), concat('template ', datistemplate),
    concat('allows connections ', datallowconn), concat('connection limit ', datconnlimit),
    concat('tablespace ', t.spcname), concat('comment ', shobj_description(d.oid, 'pg_database'))]
  || ARRAY(SELECT format('%s may %s%s, by %s', coalesce(nullif(grantee, 0)::regrole::text, 'everybody'), privilege_type,
       CASE WHEN is_grantable THEN ' and grant it' ELSE '' END, grantor::regrole)
     FROM aclexplode(coalesce(datacl, acldefault('d', datdba))) ORDER BY 1))
FROM pg_database AS d JOIN pg_tablespace AS t ON t.oid = d.dattablespace ORDER BY datname;
SELECT json_build_array('tablespace', spcname, ARRAY[concat('owner ', pg_get_userbyid(spcowner)), spcacl::text, spcoptions::text])
FROM pg_tablespace ORDER BY spcname;
SELECT json_build_array('ALTER SYSTEM setting', name, ARRAY[setting])
FROM pg_file_settings WHERE sourcefile LIKE '%/postgresql.auto.conf' ORDER BY name;
\if :has_parameter_acl
SELECT json_build_array('parameter', parname, ARRAY[paracl::text]) FROM pg_parameter_acl ORDER BY parname;
\endif
SELECT json_build_array('replication slot', slot_name, ARRAY[slot_type, concat('plugin ', plugin), concat('database ', database)])
FROM pg_replication_slots WHERE NOT temporary ORDER BY slot_name;
SELECT json_build_array('replication origin', roname, ARRAY[]::text[]) FROM pg_replication_origin ORDER BY roname;
SELECT json_build_array('prepared transaction', gid, ARRAY[concat('owner ', owner), concat('database ', database)])
FROM pg_prepared_xacts ORDER BY gid;
SELECT json_build_array('subscription', format('%s in %s', subname, datname), ARRAY[
    concat('enabled ', subenabled), concat('slot ', subslotname), concat('publications ', subpublications::text),
    concat('address ', left(md5(subconninfo), 8))])
FROM pg_subscription AS s JOIN pg_database AS d ON d.oid = s.subdbid ORDER BY subname;
-- Where the server stands, and the databases to look into; these are not compared.
SELECT json_build_array('', 'lsn', ARRAY[pg_current_wal_insert_lsn()::text]);
SELECT json_build_array('', 'database', ARRAY[datname]) FROM pg_database WHERE datallowconn ORDER BY datname;
