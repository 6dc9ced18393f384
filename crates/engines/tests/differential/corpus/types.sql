Values of every type, and how they are aligned.
-- case: integers
select 1::int2 as a, 2::int4 as b, 3::int8 as c, -32768::int2 as d, 2147483647 as e, -9223372036854775808 as f;
select 'x' as "a smallint", 1::int2 as "a smallint to the right";
-- case: floats
select 1.5::float4 as a, 0.1::float8 as b, 'NaN'::float8 as c, '-Infinity'::float4 as d, 1e300::float8 as e, -0.0::float8 as f;
-- case: numeric
select 1.50::numeric as a, 1e-20::numeric as b, 'NaN'::numeric as c, 12345678901234567890.123456789 as d, 1::numeric(10,4) as e, 'Infinity'::numeric as f;
-- case: money
select 1234.5::money as a, '-7'::money as "a longer heading";
-- case: object identifiers
select 4::oid as "an oid", 'pg_class'::regclass as "a class", 'int4'::regtype as "a type", '5'::xid as "an xid", '6'::cid as "a cid", '8'::xid8 as "an xid8", '(0,1)'::tid as "a tid", '0/16B3748'::pg_lsn as "an lsn";
-- case: booleans
select true as t, false as f, null::bool as n, not true as "a heading";
-- case: characters
select 'a'::char as a, 'ab'::char(5) as b, 'abc'::varchar(2) as c, 'n'::name as d, 'x'::"char" as e, ''::"char" as f;
-- case: bytes
select '\xdeadbeef'::bytea as a, ''::bytea as b, 'abc'::bytea as c, E'\\000\\377'::bytea as d;
set bytea_output = escape;
select '\xdeadbeef00'::bytea as a, 'a\\b'::bytea as b;
-- case: dates and times
select date '2024-02-29' as d, time '12:34:56.789' as t, timetz '12:34:56+02' as tz, timestamp '2024-01-02 03:04:05' as ts, timestamptz '2024-01-02 03:04:05+00' as tstz, 'infinity'::date as i;
set datestyle = 'German, DMY';
select date '2024-02-29' as d, timestamptz '2024-01-02 03:04:05+00' as t;
-- case: intervals
select '1 year 2 mons 3 days 04:05:06.7'::interval as a, '-1 day'::interval as b, '0'::interval as c;
set intervalstyle = 'iso_8601';
select '1 year 2 mons 3 days 04:05:06.7'::interval as a;
-- case: time zones
set timezone = 'Asia/Kolkata';
select timestamptz '2024-01-02 03:04:05+00' as t;
-- case: geometry
select point(1,2) as a, '[(0,0),(1,1)]'::lseg as b, '(1,1),(0,0)'::box as c, '<(0,0),2>'::circle as d, '((0,0),(1,1))'::polygon as e;
-- case: networks
select '10.0.0.1/8'::inet as a, '10.0.0.0/8'::cidr as b, '08:00:2b:01:02:03'::macaddr as c, '::1'::inet as d;
-- case: bits
select b'101'::bit(3) as a, b'1'::bit varying(5) as b, 5::bit(8) as c;
-- case: ranges
select '[1,5)'::int4range as a, 'empty'::int4range as b, '[2024-01-01,)'::daterange as c, '{[1,2),[5,6)}'::int4multirange as d;
-- case: text search
select to_tsvector('simple', 'a fat cat; a rat') as v, to_tsquery('simple', 'fat & !rat') as q;
-- case: xml and uuid
select '<a b="c">d;</a>'::xml as x, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid as u;
-- case: enums and domains
create type mood as enum ('sad', 'it''s;ok', 'happy');
create domain positive as int check (value > 0);
create domain amount as numeric(10,2);
select 'happy'::mood as m, 5::positive as p, 1.5::amount as a, enum_range(null::mood) as r;
-- case: json paths
select '{"a": {"b": [10, 20]}}'::jsonb #> '{a,b,1}' as a, '{"a": 1}'::json ->> 'a' as b, '{"a":[1,2]}'::jsonb -> 'a' -> 0 as c, jsonb_path_query('[1,2,3]', '$[*] ? (@ > 1)') as d;
-- case: pseudo types
select null as unknown, 'literal', void_in('') as v, row(1, 2) as r;
-- case: large numbers beside small ones
select * from (values (1, 1.5, 'x'), (1000000, 1000.25, 'yyyy'), (null, null, null)) as v(i, n, t);
-- case: extra float digits
set extra_float_digits = 0;
select 0.1::float8 + 0.2::float8 as a, 1.1::float4 as b;
set extra_float_digits = 3;
select 0.1::float8 + 0.2::float8 as a;
