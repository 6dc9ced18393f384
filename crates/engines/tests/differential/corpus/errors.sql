Errors: what they say, where they point, what is left undone.
-- case: a syntax error at the start
selec 1;
select 2;
-- case: a syntax error in the middle
create table t (a int);
select 1 as a, from t;
create table u (a int);
-- case: a syntax error at the end
select 1 as a from;
select 2;
-- case: a syntax error at the end of the text [unended]
select 1 as a from
-- case: a syntax error on a later line
select 1 as a,
       2 as b
  form t
 where true;
-- case: an error after characters of many bytes
select 'äöü漢字🦀' as a, nope from (select 1) as ß;
-- case: an error on a line of its own after characters of many bytes
select 'äöü' as größe,
  -- 漢字
  '🦀' as 漢, nöpe
from (select 1) as s;
-- case: an error far to the right
select 1 as aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, 2 as bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb, 3 as cccccccccccccccccccccccccc, nope as ddddddddddddddddddddddd, 5 as eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee;
-- case: an error after tabs
select		1,	nope;
-- case: an error in the second of a line
select 1 as a; select nope; select 3 as c;
-- case: an error in a joined statement
select 1 as a \; select nope as b \; select 3 as c;
-- case: a syntax error in a joined statement
select 1 as a \; selec 2;
-- case: a missing table
select * from missing;
select 2;
-- case: a missing table with a hint
create table orders (order_id int);
select ordr_id from orders;
-- case: a missing function
select nope(1, 'x');
-- case: a missing type
select '1'::nope;
-- case: a missing operator
select 1 + 'x'::text;
-- case: an invalid number
select 'abc'::int;
-- case: division by zero
select 1 as a;
select 1 / 0;
select 3;
-- case: overflow
select 2147483647 + 1;
-- case: not null
create table t (a int not null, b text);
insert into t values (null, 'x');
select 1;
-- case: unique
create table t (a int constraint "a key" unique, b text);
insert into t values (1, 'x'), (1, 'y');
select 1;
-- case: primary key of two columns
create table t (a int, b text, primary key (a, b));
insert into t values (1, 'x');
insert into t values (1, 'x');
-- case: foreign key
create table p (a int primary key);
create table c (a int references p);
insert into c values (1);
-- case: foreign key on delete
create table p (a int primary key);
create table c (a int references p);
insert into p values (1); insert into c values (1);
delete from p;
select count(*) from p;
-- case: check
create table t (a int constraint positive check (a > 0));
insert into t values (1);
insert into t values (-1);
-- case: exclusion
create table t (r int4range, exclude using gist (r with &&));
insert into t values ('[1,5)'), ('[4,8)');
-- case: domain
create domain d as int check (value > 0);
select 0::d;
-- case: enum
create type e as enum ('a', 'b');
select 'c'::e;
-- case: partition
create table t (a int) partition by range (a);
create table t1 partition of t for values from (0) to (10);
insert into t values (5), (50);
-- case: view with check option
create table t (a int);
create view v as select * from t where a > 0 with check option;
insert into v values (-1);
-- case: row level security
create table t (a int);
alter table t enable row level security, force row level security;
create policy p on t using (a > 0);
select * from t;
-- case: generated column
create table t (a int, b int generated always as (a * 2) stored, c int generated always as identity);
insert into t (a) values (2) returning *;
insert into t (b) values (1);
-- case: a value too long
create table t (a varchar(3));
insert into t values ('abcd');
-- case: numeric overflow
create table t (a numeric(3, 1));
insert into t values (123);
-- case: an error in a function
create function f(a int) returns int language plpgsql as $$
begin
  -- a comment
  return 1 / a;
end $$;
select f(1);
select f(0);
-- case: an error in nested functions
create function inner_f(a int) returns int language plpgsql as $$ begin return 10 / a; end $$;
create function outer_f(a int) returns int language plpgsql as $$ declare r int; begin select inner_f(a) into r; return r; end $$;
select outer_f(0);
-- case: an error in an SQL function
create function f() returns int language sql as $$ select 1 / 0 $$;
select f();
-- case: a syntax error in the body of an SQL function
create function f() returns int language sql as $$
  select 1
  form t
$$;
-- case: a syntax error in the body of a plpgsql function
create function f() returns int language plpgsql as $$
begin
  retrun 1;
end $$;
-- case: an error in a query of a function
create function f() returns void language plpgsql as $$ begin perform nope from pg_class; end $$;
select f();
-- case: an error in dynamic SQL
do $$ begin execute 'select 1 +
 nöpe, 2'; end $$;
-- case: an error in a trigger
create table t (a int);
create function f() returns trigger language plpgsql as $$ begin raise exception 'no %', new.a using errcode = 'P0099', detail = 'why', hint = 'how'; end $$;
create trigger tr before insert on t for each row execute function f();
insert into t values (7);
-- case: an exception of one's own
do $$ begin raise exception 'own: %', 'x;y' using errcode = 'ABCDE'; end $$;
-- case: an exception with all fields
do $$ begin raise exception 'message' using detail = 'detail', hint = 'hint', errcode = 'unique_violation', column = 'c', constraint = 'co', datatype = 'd', table = 't', schema = 's'; end $$;
-- case: an exception of several lines
do $$ begin raise exception E'one\ntwo\n\nfour' using detail = E'd1\nd2', hint = E'h1\nh2'; end $$;
-- case: an exception that is caught
do $$ begin perform 1 / 0; exception when division_by_zero then raise notice 'caught %: %', sqlstate, sqlerrm; end $$;
select 1 as a;
-- case: an assertion
do $$ begin assert 1 = 2, 'one is not two'; end $$;
-- case: the wrong number of columns
create table t (a int);
insert into t values (1, 2);
-- case: a duplicate table
create table t (a int);
create table t (a int);
-- case: a dependency
create table t (a int);
create view v as select * from t;
drop table t;
-- case: an ambiguous column
select a from (select 1 as a) x, (select 2 as a) y;
-- case: a grouping error
select relname, count(*) from pg_class;
-- case: a permission error
create role stepmark_differential_role;
create table t (a int);
set role stepmark_differential_role;
\; select 1 as before;
reset role;
drop role stepmark_differential_role;
-- case: an error in the middle and later statements do not run
create table before (a int);
select nope;
create table after (a int);
-- case: a string that is invalid in the encoding
select E'\xff';
select 1;
-- case: an escape that is invalid
select E'\u12';
-- case: an unterminated string of the server
select U&'\zzzz';
-- case: a NUL escape
select E'a\x00b';
-- case: a name that is too long
create table "a very long name that is longer than the sixty-three bytes that a name may have" (a int);
-- case: a timeout
set statement_timeout = '20ms';
select count(*) from generate_series(1, 100000000);
-- case: a stack too deep
create function f(a int) returns int language sql as 'select 1';
create or replace function f(a int) returns int language plpgsql as $$ begin return f(a + 1); end $$;
set max_stack_depth = '100kB';
do $$ begin perform f(1); exception when others then raise exception 'deep: %', sqlstate; end $$;
-- case: a subquery of many rows
select (select generate_series(1, 2));
-- case: set operations that do not fit
select 1 union select 'x';
-- case: an error at a quoted identifier
select "no such;column" from (select 1) s;
-- case: an error at a dollar quote
select $$a$$ + $$b$$;
-- case: an error in a default
create table t (a int default 'x;y');
-- case: an error at a parameter
select $1;
-- case: reserved words
create table user (a int);
-- case: a setting that does not exist
set nope_nope = 1;
-- case: a setting of a wrong value
set work_mem = 'lots';
