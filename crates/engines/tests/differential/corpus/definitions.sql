Definitions of every kind, which show in the catalogue.
-- case: tables
create table t (
  a int primary key, -- the key; really
  b text not null default 'x;y',
  c numeric(10, 2) check (c > 0),
  d timestamptz default now(),
  e int[] default '{}', /* ; */
  unique (b, c)
) with (fillfactor = 70);
comment on table t is 'it''s; a table';
comment on column t.a is $$ the "key" $$;
alter table t add column f bool, drop column e, alter b type varchar(20), rename to u;
-- case: tables like others
create table a (x int default 5, y text check (y <> ''));
create table b (like a including all, z int);
create table c () inherits (a);
create unlogged table d (x int);
insert into c values (1, 'q');
select * from a; select * from only a;
-- case: partitions
create table p (a int, b text) partition by list (b);
create table p1 partition of p for values in ('x', 'y;');
create table p2 partition of p default;
insert into p values (1, 'x'), (2, 'z');
select tableoid::regclass, * from p order by a;
alter table p detach partition p1;
-- case: indexes
create table t (a int, b text);
create index on t (a desc nulls last) where b <> ';';
create unique index u on t using btree (lower(b), a) include (b);
create index h on t using hash (b);
create index if not exists u on t (a);
-- case: views
create view v as select 1 as a, ';' as b;
create or replace view v as select 1 as a, ';' as b, $$it's$$ as c;
create view w with (security_barrier) as select * from v where b = ';';
create recursive view r (n) as values (1) union all select n + 1 from r where n < 3;
select * from w; select * from r;
alter view v rename to x;
-- case: functions of many kinds
create function a(int) returns int language sql immutable strict parallel safe as 'select $1;';
create function b(variadic x int[]) returns setof int language sql as $$ select unnest(x); $$;
create function c(out x int, out y text) language plpgsql as $$ begin x := 1; y := ';'; end; $$;
create function d() returns table (k int, v text) language sql as $_$ values (1, 'a;'), (2, $$b$$); $_$;
create aggregate s(int) (sfunc = int4pl, stype = int, initcond = '0');
select a(1), b(1, 2); select * from c(); select * from d(); select s(i) from generate_series(1, 4) i;
-- case: a function with everything in its body
create function f(n int) returns text language plpgsql security definer set search_path = pg_catalog as $function$
-- comment; 'quote
declare
  r record; s text := 'it''s; ';
begin
  /* block ; */
  for r in execute $q$ select $$x;$$ as v from generate_series(1, $1) $q$ using n loop
    s := s || r.v || E'\n\\';
  end loop;
  case when n > 1 then s := s || 'many'; else s := s || 'few'; end case;
  return s;
exception when others then
  raise;
end
$function$;
select f(2);
-- case: triggers
create table t (a int, at text);
create function f() returns trigger language plpgsql as $$ begin new.at := tg_op || ';' || tg_when; return new; end; $$;
create trigger tr before insert or update of a on t for each row when (new.a > 0) execute function f();
insert into t values (1), (-1);
update t set a = 5;
select * from t;
alter table t disable trigger tr;
-- case: event triggers
create function e() returns event_trigger language plpgsql as $$ begin raise notice 'event %: %', tg_event, tg_tag; end $$;
create event trigger et on ddl_command_end execute function e();
create table t (a int);
drop event trigger et;
-- case: types
create type c as (a int, b text);
create type e as enum ('a;', 'b');
alter type e add value 'between' before 'b';
create type r as range (subtype = float8);
create domain d as text check (value ~ '^[a-z;]+$') default 'x';
select '(1,"a;b")'::c, 'between'::e, '[1,2]'::r;
-- case: operators and casts
create function plus(text, text) returns text language sql as 'select $1 || '';'' || $2';
create operator +++ (function = plus, leftarg = text, rightarg = text);
select 'a'::text +++ 'b'::text as v;
create type w as (v text);
create function to_w(text) returns w language sql as 'select row($1)::w';
create cast (text as w) with function to_w(text);
select 'x'::text::w;
-- case: policies and grants
create table t (a int);
alter table t enable row level security;
create policy "p;q" on t for select to public using (a > 0);
grant select, insert on t to public;
revoke insert on t from public;
alter default privileges in schema public grant select on tables to public;
create table u (a int);
-- case: schemas
create schema "s;1";
create table "s;1"."t""x" (a int);
set search_path = "s;1";
insert into "t""x" values (1);
select * from "s;1"."t""x";
create schema if not exists "s;1";
drop schema "s;1" cascade;
-- case: extensions
create extension if not exists plpgsql;
create extension nope_nope;
-- case: statistics and publications
create table t (a int, b int);
create statistics st on a, b from t;
create publication pub for table t where (a > 0);
drop publication pub;
-- case: foreign data
create foreign data wrapper w;
create server s foreign data wrapper w options (host 'a;b');
create foreign table ft (a int) server s;
select * from ft;
-- case: text search configurations
create text search configuration c (copy = simple);
comment on text search configuration c is ';';
-- case: collations
create collation c (provider = libc, locale = 'C');
select 'a' < 'B' collate c as v;
-- case: renaming and dropping
create table a (x int);
alter table a rename column x to "y;";
alter table a rename to b;
drop table b;
drop table if exists b, c;
drop function if exists nope(int);
drop table b;
-- case: constraints
create table t (a int, b int);
insert into t values (1, -1);
alter table t add constraint c check (b > 0) not valid;
alter table t validate constraint c;
-- case: foreign keys not valid
create table p (a int primary key);
create table c (a int);
insert into c values (5);
alter table c add foreign key (a) references p not valid;
insert into p values (5);
alter table c validate constraint c_a_fkey;
-- case: upserts
create table t (a int primary key, b text);
insert into t values (1, 'x') on conflict do nothing;
insert into t values (1, 'y') on conflict (a) do update set b = excluded.b || ';' returning *, xmax <> 0 as updated;
insert into t values (1, 'z') on conflict do nothing;
-- case: joins and windows
create table t (k text, v int);
insert into t values ('a', 1), ('a', 2), ('b', 3);
select k, v, sum(v) over (partition by k order by v) as s, row_number() over () as n from t order by k, v;
select k, count(*) filter (where v > 1), array_agg(v order by v desc), string_agg(v::text, ';' order by v) from t group by rollup (k) order by 1;
-- case: updates from other tables
create table a (x int, y int); create table b (x int, y int);
insert into a values (1, 1), (2, 2); insert into b values (1, 10), (3, 30);
update a set y = b.y from b where a.x = b.x;
delete from a using b where a.x <> b.x and b.x = 3;
select * from a;
-- case: recursive queries
with recursive r(n, t) as (select 1, ';'::text union all select n + 1, t || n from r where n < 4) select * from r;
-- case: table functions
select * from unnest(array[1, 2], array['a', 'b', 'c']) with ordinality as u(a, b, n);
select * from generate_series(1, 2) as a, lateral (select a * 2 as b) s;
select * from json_to_recordset('[{"a":1,"b":"x;"}]') as r(a int, b text);
