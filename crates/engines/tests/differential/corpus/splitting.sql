Where statements end.
-- case: several on a line
select 1 as a; select 2 as b;select 3 as c;;select 4 as d
;
-- case: no final semicolon [unended]
select 1 as a;
select 2 as b
-- case: no final semicolon but newlines
select 1 as a


-- case: no final semicolon and a comment
select 1 as a
-- comment
/* another */
-- case: a lone semicolon after blank lines
select 1 as a

;

;
select 2 as b;
-- case: carriage returns [crlf]
select 1 as a,
  'two
lines' as b; -- comment
select 2 as c;
/* comment
*/ select $$x
y$$ as d;
-- case: carriage returns and an error [crlf]
select 1 as a;
select 1 as a,
  nope;
select 3;
-- case: carriage returns and no final newline [crlf] [unended]
select 1 as a;
select 2 as b -- done
-- case: a carriage return alone ends a comment
select 1 as a -- comment, 2 as b;
select 3;
-- case: joined statements
select 1 as a \; select 2 as b \; select 3 as c;
-- case: joined statements and one fails
create table t (a int);
insert into t values (1) \; insert into t values (2) \; select 1/0 \; insert into t values (3);
select 1;
-- case: joined statements as one transaction
create table t (a int);
insert into t values (1) \; insert into t values (2) returning a \; update t set a = a + 1;
select count(*) from t;
-- case: joined statements with empty parts
select 1 as a \; \; select 2 as b \; ;
\; select 3 as c;
-- case: joined transaction control
begin \; create table t (a int) \; commit;
begin \; insert into t values (1) \; rollback;
begin \; insert into t values (2);
commit \; select * from t;
-- case: an escaped colon
select 'x' as a, array[1,2,3][1\:2] as b;
-- case: array slices and casts
select (array[1,2,3])[1:2] as a, (array[1,2,3])[:2] as b, (array[1,2,3])[2:] as c, (array[[1,2],[3,4]])[1:1][1:2] as d, '1'::int::text as e, 'a'::"char" as f;
-- case: colons by a name
select a[b:c] from (select array[4,5,6] as a, 1 as b, 2 as c) s;
select a[:c], a[b:], a[b :c] from (select array[4,5,6] as a, 1 as b, 2 as c) s;
-- case: named arguments
create function f(a int, b int default 2) returns int language sql as 'select a * 10 + b';
select f(a => 1), f(b := 5, a := 3), f(1, b=>4);
-- case: assignment in plpgsql
do $$ declare a int := 1; b constant int := 2; begin a := a + b; raise notice '%', a; end $$;
-- case: parentheses hold semicolons back
create table t (a int);
create rule r as on insert to t do also (select 1 as one; select 2 as two);
insert into t values (1);
drop rule r on t;
-- case: a rule with many actions
create table t (a int);
create table log (what text, a int);
create rule r as on update to t do also (
  insert into log values ('old;', old.a);
  insert into log values ('new', new.a); -- comment; here
  /* and ; here */
  insert into log values ($$;$$, (select 1));
);
insert into t values (1), (2);
update t set a = a + 10;
select * from log order by 2, 1;
-- case: a rule instead
create table t (a int);
create rule r as on delete to t do instead nothing;
insert into t values (1);
delete from t;
select * from t;
-- case: begin atomic
create function f(a int) returns int language sql
begin atomic
  select a + 1;
  select a + 2;
end;
select f(1);
-- case: begin atomic with case
create or replace function f(a int) returns text language sql begin atomic
  select case when a > 0 then case a when 1 then 'one' else 'many' end else 'none' end;
  select case a when 1 then 'eins;' end; end; select f(1) as one; select f(2) is null as two;
-- case: begin atomic in a procedure
create table t (a int);
create procedure p(a int) language sql begin atomic
  insert into t values (a);
  insert into t values (a + 1);

  insert into t values (a + 2); -- end;
end;
call p(5);
select * from t;
-- case: begin atomic empty
create function f() returns void language sql begin atomic end;
select f();
create function g() returns void begin atomic; end; select 2 as two;
-- case: begin atomic with quoted words
create function "begin"() returns int language sql begin atomic select 1 as "end"; select 2 as "case"; end;
select "begin"();
-- case: begin atomic with an error
create function f() returns int language sql begin atomic select nope; select 1; end;
select 2;
-- case: the word begin elsewhere
create table begin_t (a int);
begin; insert into begin_t values (1); end;
create view v as select case when true then 1 end as "end"; select * from v;
create function f() returns int language sql as 'select 1'; select f();
-- case: a parameter named begin
create function f("begin" int) returns int language sql return "begin" + 1;
select f(1);
-- case: a function returning an expression
create function f(a int) returns int language sql return a * 2; select f(4);
-- case: create schema with elements
create schema s create table t (a int) create view v as select * from t;
insert into s.t values (1); select * from s.v;
-- case: blank lines in statements
select 1 as a,


  2 as b

  ;

create view v as

  select 1 as x

;
select * from v;
-- case: blank lines before an error
select 1 as a,


  nope;
-- case: operators that run into comments
select 1 +/* c */ 2 as a, 3 *-- d
2 as b, 4 </**/5 as c, 2^-1 as d;
-- case: operators of many characters
create operator @#@ (function = int4pl, leftarg = int, rightarg = int);
select 1 @#@ 2 as a, 1@#@-2 as b, 1@#@+2 as c;
-- case: numbers of many forms
select 1.5 as a, .5 as b, 5. as c, 1e3 as d, 1.5E-3 as e, 1e+3 as f, 007 as g;
select 1..2;
-- case: numbers that run into names
select 1a, 2 b;
-- case: a number with a broken exponent
select 1e+;
select 2;
-- case: statements of one word
begin; commit; begin; rollback; select; table; select 3;
-- case: a very deep expression
select ((((((((((1 + 2) * 3) - 4) / 5) + 6) * 7) - 8) / 9) + 10) * 11) as a;
-- case: keywords as names
create table "select" ("from" int, "where" text);
insert into "select" values (1, 'order by');
select "from", "where" from "select" as "group" order by 1;
-- case: a psql command
create table t (a int);
\d t
-- case: a psql variable that is not set
select ':nope' as a, ':"nope"' as b;
select 1 as a where 'x' = :nope;
-- case: a query sent by a psql command
select 1 as a \g
-- case: a backslash in the middle
select 1 \ 2;
-- case: a question mark operator
select '{"a": 1}'::jsonb ? 'a' as has, '{"a": 1}'::jsonb ?| array['b', 'a'] as any, '{"a": 1}'::jsonb @? '$.a' as path;
