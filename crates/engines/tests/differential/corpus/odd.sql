What is left, each once found somewhere to be wrong in some client.
-- case: a parameter named begin without quotes
create function f(begin int, "end" int) returns int language sql as 'select $1 + $2';
select f(1, 2);
-- case: a function named begin
create function begin() returns int language sql as 'select 1';
select 2 as two;
-- case: a function named case
create function "case"(a int) returns int language sql as 'select $1';
select "case"(1) as "case"; select 2 as two;
-- case: a body that ends twice
create function f() returns int language sql begin atomic select 1; end; end;
select 2 as two;
-- case: begin atomic with everything in it
create or replace function f(n int default 3, variadic rest int[] default '{}') returns table (a int, b text) language sql
immutable
begin atomic
  /* ; end */ with x as (select case when n > 1 then (case n when 2 then 'two;' else $$end;$$ end) end as t) -- end;
  select n, x.t || E'\'end;' || 'end' from x
  union all select 0, "end" from (select 'q' as "end") s;
end;
select * from f(); select * from f(2); select * from f(1);
-- case: a drop of a function with begin in its name
create procedure begin_work() language sql begin atomic end;
drop procedure begin_work(); select 1 as one;
-- case: a rule beside begin atomic
create table t (a int); create table u (a int);
create rule r as on insert to t do also (insert into u values (new.a); insert into u values (case when new.a > 0 then 1 end);); insert into t values (5); select * from u;
-- case: many results of one rule
create table t (a int);
create rule r as on update to t do also (select old.a as was; select new.a as is; select 'x' as none where false);
insert into t values (1), (2);
update t set a = a + 1 returning a;
update t set a = a + 1;
update t set a = 0 where false;
select 1 as one \; update t set a = 7 \; select 2 as two;
-- case: a rule that selects instead
create table t (a int);
create rule r as on insert to t do instead select new.a as instead;
insert into t values (1), (2);
-- case: a rule that selects and an error after
create table t (a int);
create rule r as on insert to t do also (select 1 as one; select 1 / new.a as two);
insert into t values (1);
insert into t values (0);
select 3;
-- case: an error after many rows
select 1 / (5000 - i) as v from generate_series(1, 6000) i;
select 2;
-- case: later rows that are wider
select case when i > 1500 then repeat('w', 30) else 'n' end as v, i from generate_series(1, 1600) i;
-- case: names cut within a character
select 1 as "äääääääääääääääääääääääääääääääääääääääääääääääää", 2 as "漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢漢";
-- case: fetching nothing
begin;
declare c cursor for select 1 as a;
fetch 0 from c; fetch 1 from c; fetch 1 from c; fetch prior from c; move 0 in c; move last in c;
commit;
-- case: execute of what returns and what does not
create table t (a int);
prepare a as insert into t values ($1) returning a; prepare b as delete from t where a = $1; prepare c as table t; prepare d(int) as values ($1);
execute a(1); execute a('2'); execute b(1); execute c; execute d(3);
create table u as execute c;
explain (costs off) execute b(1);
-- case: discard all
set work_mem = '5MB'; create temp table t (a int); prepare p as select 1;
discard temp; discard sequences; discard plans; discard all;
show work_mem;
select * from t;
-- case: settings for one function
create function f() returns text language sql set work_mem = '6MB' set search_path to public, pg_temp as $$ select current_setting('work_mem') $$;
select f(), current_setting('work_mem') <> '6MB' as outside;
-- case: a marker of COPY outside of COPY
select 1;
\.
select 2;
-- case: COPY joined to another statement
create table t (a int);
select 1 \; copy t from stdin;
1
\.
-- case: COPY with the data of a longer table than its columns
create table t (a int default 7, b text, c text default 'x');
copy t (b) from stdin (format csv, quote '''', escape '\', null 'nil');
'a\'b;'
nil
'nil'
\.
select * from t;
-- case: COPY of json and arrays
create table t (j jsonb, a text[]);
copy t from stdin;
{"a": "x\\ty;"}	{a,"b;c"}
\N	{}
\.
select * from t; copy t to stdout; copy t to stdout csv;
-- case: COPY with an error in the last line and a row count
create table t (a int check (a < 3));
begin;
copy t from stdin;
1
2
3
\.
commit;
-- case: COPY with force options
create table t (a text, b text);
copy t from stdin (format csv, force_null (a), force_not_null (b));
"",
x,""
\.
select a is null as an, b is null as bn from t;
copy t to stdout (format csv, header, force_quote (b), null 'NULL');
-- case: COPY from stdin into a view
create view v as select 1 as a;
copy v from stdin;
1
\.
select 2;
-- case: COPY of partitioned tables
create table p (a int, b text) partition by range (a);
create table p1 partition of p for values from (0) to (10);
copy p from stdin;
1	x
20	y
\.
-- case: a very long line of COPY data
create table t (a text);
copy t from stdin;
xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\tyyyy\\.
\.
select length(a) from t;
-- case: escapes by unicode with a quote in them
select U&'a''b\0063' as a, U&"a""b\0063", U&'x*0061''' uescape '*' as c from (select 1 as U&"a""b\0063") s;
-- case: a unicode escape over lines
select U&'d!0061t!+000061'
  uescape
  '!' as v; select U&"d!0061" uescape '!' from (select 1 as da) s;
-- case: national and bit strings over lines
select n'a'
'b;' as a, b'10'
'01' as b, x'f'
'0' as c;
-- case: strings continued over comments and lines
select 'a'

'b' -- ; c

   'c' as v;
-- case: a quote right before a semicolon on the next line
select 'a'
;select 'b'
;
-- case: dollar tags that begin one another
select $a$ $ab$ $a$ as a, $ab$ $a$ ; $ab$ as b, $$ $a$ $$ as c, $A$ $a$ ; $A$ as d;
-- case: a dollar quote right after an operator and a number
select 1+$$2$$ as a, '3'||$$;$$||$x$;$x$ as b; select 1 as a, 2$$x$$;
-- case: comments that end with many stars
/***/ select 1 /****; **/ as a /* * / */; /**//**/ select 2 as b /*/ ; /*/ */ */;
-- case: a line comment ended by a carriage return [crlf]
-- one
select 1 -- two; select 0;
as a; --
-- case: an empty line in an identifier and in a comment
select 1 as "a

b" /*

;

*/; select 2 as c;
-- case: a byte order mark in the middle
select '﻿' as mark, 1 as a﻿b;
-- case: characters beyond the basic plane in names
create table 𝒯 ("𝒸;🦀" int); insert into 𝒯 values (1); select * from 𝒯; select 𝓃 from 𝒯;
-- case: an error after combining characters
select 'é̈' as a, 'שלום' as b, nope;
-- case: an error after tabs and wide characters far to the right
select	'漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字'	as	a,	'漢字漢字漢字漢字漢字漢字'	as	b,	nope	as	c,	'漢字漢字漢字漢字漢字漢字漢字';
-- case: an error in a function called by a function in a joined statement
create function f(a int) returns int language plpgsql as $$ begin return 1 / a; end $$;
select f(1) as a \; select f(0) as b \; select 2;
-- case: an error in a default expression of a later insert
create table t (a int default 1 / 0, b int);
insert into t (b) values (1);
-- case: an error of a cast in a view
create view v as select 'x'::text as a;
select a::int from v;
-- case: an error of json
select '{"a": [1, }'::json;
-- case: an error of a regular expression
select 'a' ~ '(';
-- case: an error of a date
select '2024-02-30'::date;
-- case: an error of xml
select '<a>'::xml;
-- case: a hint for a cast
select 1 where 'a' || 1 = 2;
-- case: a hint for an operator
select array[1] = 'a'::text;
-- case: a hint for a case
create table "Orders" (a int);
select * from orders;
-- case: a hint about group by order by
select 1 as a order by nope;
-- case: errors of keywords
select * from where;
-- case: an unknown statement
foo bar baz;
select 1;
-- case: an error at a multi byte character
select ä漢;
-- case: a recursion of notices
create function f(n int) returns int language plpgsql as $$ begin raise notice 'at %', n; if n > 0 then return f(n - 1); end if; raise warning 'deepest' using hint = 'stop'; return 0; end $$;
select f(3) as a, f(1) as b;
-- case: notices while rows are sent
create function f(i int) returns int language plpgsql as $$ begin if i % 500 = 0 then raise notice 'at %', i; end if; return i; end $$;
select f(i) as v from generate_series(1, 999) i;
-- case: notices before an error of one statement
do $$ begin raise notice 'one'; raise warning 'two'; perform 1 / 0; end $$;
-- case: a trigger that fails at commit
create table t (a int);
create function f() returns trigger language plpgsql as $$ begin raise exception 'late %', new.a; end $$;
create constraint trigger tr after insert on t initially deferred for each row execute function f();
begin; insert into t values (1); insert into t values (2); commit;
select 1;
-- case: an open transaction that failed is not committed by a joined commit
create table t (a int);
begin \; insert into t values (1) \; savepoint s \; select nope \; commit;
-- case: savepoints of one name
create table t (a int);
begin; savepoint s; insert into t values (1); savepoint s; insert into t values (2); rollback to s; release s; rollback to s; insert into t values (3); commit;
select * from t;
-- case: a read only session
set default_transaction_read_only = on;
create table t (a int);
-- case: an identity that is used up
create table t (a int generated always as identity (maxvalue 2), b int);
insert into t (b) values (1), (2);
insert into t (b) values (3);
-- case: a cascade through foreign keys
create table p (a int primary key); create table c (a int references p on delete cascade, b int references p on delete set null);
insert into p values (1), (2); insert into c values (1, 2), (2, 2), (2, 1);
delete from p where a = 1 returning a;
select * from c;
truncate p;
-- case: a table that inherits twice
create table a (x int); create table b (y int); create table c () inherits (a, b);
insert into c values (1, 2); select * from c; alter table a add z text default ';'; select * from c;
-- case: a column of every numeric domain
create domain d1 as int; create domain d2 as d1; create domain d3 as text;
select 1::d1 as "domain of int", 2::d2 as "domain of a domain", '3'::d3 as "domain of text", array[1::d1] as "array of it";
-- case: a result of booleans and void
select true as "a boolean", pg_sleep(0) as "a void value", null::void as "no void value";
-- case: columns without rows that are wide
select 1 as "漢字漢字", 'x' as "a heading of some length", 2 as "tab	in it" where false;
-- case: cells of blank lines only
select E'\n\n' as a, '' as b, 1 as c union all select null, E'\n', null;
-- case: numbers with lines beside
select 1 as n, E'a\nbb\nccc' as t, 22 as m union all select 333, null, 4;
-- case: a last column of lines that is empty below
select 'x' as a, E'one\n\n\ntwo\n' as b;
-- case: carriage returns and lines in a cell
select E'one\r\ntwo\r\n' as a, E'\r' as b;
-- case: a heading with a tab and control characters
select 1 as "a	b", 2 as "c
	d";
