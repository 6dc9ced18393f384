What the server says beside its answers.
-- case: every level
set client_min_messages = debug5;
set client_min_messages = debug1;
do $$ begin raise debug 'd'; raise log 'l'; raise info 'i'; raise notice 'n'; raise warning 'w'; end $$;
-- case: notices between results
create function f(a int) returns int language plpgsql as $$ begin raise notice 'called with %', a; return a; end $$;
select f(1) as a; select f(i) as b from generate_series(1, 3) i;
-- case: details and hints
do $$ begin raise notice 'message; %', 1 using detail = 'the detail', hint = 'the hint'; raise warning 'w' using errcode = '01234', detail = E'two\nlines'; end $$;
-- case: notices of definitions
drop table if exists nope, nope2;
drop view if exists nope;
drop function if exists nope();
create table if not exists t (a int);
create table if not exists t (a int);
create index if not exists i on t (a);
create index if not exists i on t (a);
alter table t add column if not exists a int;
-- case: notices of cascades
create table t (a int);
create view v as select * from t;
create view w as select * from v;
create function f(t) returns int language sql as 'select 1';
drop table t cascade;
-- case: a name that is cut
select 1 as "an identifier of more than sixty-three bytes is truncated with a notice";
-- case: notices in a transaction that fails
begin;
do $$ begin raise notice 'before'; raise exception 'failed'; end $$;
commit;
-- case: a notice of many lines
do $$ begin raise notice E'one\n  two\n\nfour'; end $$;
-- case: a notice with wide characters
do $$ begin raise notice 'ä漢🦀 %', 'é'; end $$;
-- case: a notice of nothing
do $$ begin raise notice ''; raise notice ' '; end $$;
-- case: a notice of percent signs
do $$ begin raise notice '100%%; %', '%s %d'; end $$;
-- case: a thousand notices
do $$ begin for i in 1..1000 loop raise notice 'number %', i; end loop; end $$;
select 1 as after;
-- case: a notice with control characters
do $$ begin raise notice E'a\tb\x07c'; end $$;
-- case: an error with control characters
do $$ begin raise exception E'a\tb\x1b[31mc\rd'; end $$;
-- case: messages with carriage returns
do $$ begin raise notice E'a\r\nb'; end $$;
-- case: tags that tell of rules
create table t (a int); create table u (a int);
create rule r as on insert to t do instead insert into u values (new.a + 1);
insert into t values (1);
select * from u;
-- case: an explained error with context
create function f() returns void language plpgsql as $$ begin raise notice 'in f'; perform 1 / 0; end $$;
create function g() returns void language plpgsql as $$ begin perform f(); end $$;
select g();
-- case: warnings of settings
set local work_mem = '5MB';
set transaction isolation level serializable;
set constraints all deferred;
-- case: a warning that points into the statement
set standard_conforming_strings = off;
set escape_string_warning = on;
select 'a',
  'b\\c' as x, 'ü' as y,
       'd\\e' as z;
-- case: warnings that point at several places with results between
set standard_conforming_strings = off;
select 1 as a, '\\' as b; select 'ä漢', '\\x' as c;
do $$ begin raise notice 'plain'; end $$;
