COPY in both directions.
-- case: COPY from stdin
create table t (a int, b text);
copy t from stdin;
1	one
2	\N
3	
4	a\\b\tc\nd
\.
select * from t order by a;
-- case: COPY of nothing
create table t (a int);
copy t from stdin;
\.
select * from t;
-- case: COPY twice
create table t (a int, b text);
copy t (a, b) from stdin;
1	x
\.
copy t (b) from stdin;
y
z
\.
select * from t order by b;
-- case: COPY data that look like SQL
create table t (a text);
COPY public.t (a) FROM stdin;
select 1;
'
"
$$
/*
--
;
\\.
 \\.
\.
select a from t;
-- case: COPY csv
create table t (a int, b text, c text);
copy t from stdin with (format csv, header);
a,b,c
1,"x, y","say ""hi"""
2,"two
lines;",
3,,""
\.
select a, b, c, c is null as n from t order by a;
-- case: COPY csv with the end marker quoted
create table t (a int, b text);
copy t from stdin csv;
1,"x
\.
select 1;
-- case: COPY with a delimiter and null
create table t (a int, b text);
copy t from stdin with delimiter '|' null 'NIL';
1|x
2|NIL
\.
copy t to stdout with (delimiter ';', null '-');
-- case: COPY from stdin with where
create table t (a int);
copy t from stdin where a > 1;
1
2
3
\.
select * from t;
-- case: COPY with an error in the data
create table t (a int);
copy t from stdin;
1
x
3
\.
select 1;
-- case: COPY with too many columns
create table t (a int, b int);
copy t from stdin;
1	2
1	2	3
\.
select 1;
-- case: COPY with too few columns
create table t (a int, b int);
copy t from stdin;
1
\.
select 1;
-- case: COPY that violates a constraint
create table t (a int primary key);
copy t from stdin;
1
1
\.
select 1;
-- case: COPY to a missing table
copy missing from stdin;
1
\.
select 1;
-- case: COPY with a syntax error
create table t (a int);
copy t from stdin nonsense;
1
\.
select 1;
-- case: COPY in a transaction that is rolled back
create table t (a int);
begin;
copy t from stdin;
1
\.
rollback;
select count(*) from t;
-- case: COPY without an end [unended]
create table t (a int);
copy t from stdin;
1
2
-- case: COPY ended at the end of the text [unended]
create table t (a int);
copy t from stdin;
1
2
\.
-- case: COPY with carriage returns [crlf]
create table t (a text);
copy t from stdin;
one
two
\.
select a, length(a) from t;
-- case: COPY and a statement on its line
create table t (a int);
copy t from stdin; select 1 as after;
1
\.
select 2;
-- case: COPY and a comment on its line
create table t (a int);
copy t from stdin; -- the data
1
\.
select * from t;
-- case: COPY over lines
create table t (a int, b int);
copy
  t (a,
     b)
  from
  stdin
  /* comment */;
1	2
\.
select * from t;
-- case: COPY in capitals with quoted names
create table "T t" ("A" int);
COPY "T t" ("A") FROM STDIN WITH (FORMAT text);
1
\.
TABLE "T t";
-- case: COPY with blank lines and blanks in the data
create table t (a text);
copy t from stdin;

  two  

	
\.
select 1;
-- case: COPY with blank lines
create table t (a text);
copy t from stdin;

  two  

\.
select a, length(a) from t;
-- case: COPY of wide characters
create table t (a text);
copy t from stdin;
ä漢🦀é
\.
select * from t;
copy t to stdout;
-- case: COPY to stdout
copy (select i, null as n, E'a\tb\\c\nd' as s from generate_series(1, 3) i) to stdout;
-- case: COPY to stdout csv
copy (select 1 as a, 'x,y' as b, 'q"q' as c, null as d, '' as e, E'two\nlines' as f) to stdout with csv header;
copy (select 1 as a, 'x' as b) to stdout (format csv, force_quote *, delimiter ';');
-- case: COPY nothing to stdout
create table t (a int);
copy t to stdout;
copy (select from generate_series(1, 2)) to stdout;
copy (select 1 where false) to stdout csv header;
-- case: COPY to stdout with an error
copy (select 1 / (3 - i) from generate_series(1, 5) i) to stdout;
select 1;
-- case: COPY to stdout between selects
select 1 as a;
copy (values (1), (2)) to stdout;
select 2 as b;
-- case: COPY to stdout and rows in one query
select 1 as a \; copy (values (1), (2)) to stdout \; select 2 as b;
-- case: COPY with freeze and returning rows
begin;
create table t (a int);
copy t from stdin (freeze);
1
2
\.
commit;
insert into t values (3) returning *;
-- case: COPY from a program that is not there
copy (select 1) to program 'false';
select 1;
-- case: COPY from a file that is not there
create table t (a int);
copy t from '/nonexistent/stepmark';
-- case: COPY and a trigger that warns
create table t (a int);
create function f() returns trigger language plpgsql as $$ begin raise warning 'row %', new.a; return new; end $$;
create trigger tr before insert on t for each row execute function f();
copy t from stdin;
1
2
\.
-- case: a table named stdin
create table stdin (a int);
insert into stdin values (1);
copy stdin to stdout;
select * from stdin;
-- case: a data line of backslash dot and more
create table t (a text);
copy t from stdin;
one
\.two
\.
select 1;
