Results and how they are laid out.
-- case: one row
select 1 as id, 'a' as name;
-- case: no rows
select 1 as a, 'x' as b where false;
-- case: no columns
select;
select from generate_series(1, 3);
select from generate_series(1, 0);
-- case: nulls and blanks
select null as a, '' as b, ' ' as c, null::int as d, '  x' as e, 'x  ' as f;
-- case: many results
select 1 as a; select 2 as b, 3 as c; select 'x'; values (1, 'one'), (2, 'two'); table pg_temp.nope;
-- case: lines in cells
select E'one\ntwo\n\nfour' as lines, 7 as n;
select 7 as n, E'one\ntwo' as lines;
select E'l1\nl2' as a, E'm1\nm2\nm3' as b, 1 as c;
select E'\n' as a, E'x\n' as b, E'\nx' as c;
-- case: lines in numbers' columns
select array_to_string(array[i, i * 1000], E'\n') as v, i from generate_series(1, 3) i;
-- case: lines in headings
select 1 as "two
lines", 'x' as "and
three
more", 3 as c;
-- case: wide characters
select '漢字' as wide, 'ä' as ä, 'é' as combined, '🦀' as crab, '한글' as hangul, 'ｆｕｌｌ' as full;
select 1 as 漢字, 22 as "🦀🦀🦀";
-- case: combining and joined characters
select E'e\u0301' as a, E'a\u0308\u0301' as b, E'\U0001F468\u200D\U0001F469' as family, E'\U0001F1E9\U0001F1EA' as flag, E'x\u200By' as zero, 1 as n;
-- case: right to left
select 'שלום' as hebrew, 'مرحبا' as arabic, 'नमस्ते' as hindi, 'สวัสดี' as thai;
-- case: control characters in cells
select E'tab\there' as t, E'ret\rurn' as r, E'bell\x07\x1b[31m' as c, E'\u0085x' as n, E'del\x7f' as d;
-- case: tabs in cells
select E'\t' as a, E'1234567\tx' as b, E'12345678\tx' as c, E'a\nb\tc' as d, 1 as n;
-- case: soft hyphens and odd blanks
select E'a\u00adb' as soft, E'a\u00a0b' as nbsp, E'a\u3000b' as ideographic, E'\ufeffx' as bom, E'a\u2003b' as em;
-- case: bidirectional controls in cells
select E'a\u202eb' as v;
-- case: line separators in cells
select E'a\u2028b' as v;
-- case: very wide rows
select repeat('x', 500) as a, repeat('漢', 200) as b, 1 as c union all select 'y', 'z', 2;
-- case: numbers to the right
select i as n, (i * 1000)::bigint as big, i / 3.0 as num, i::real as r, i::text as t from generate_series(-1, 2) i;
-- case: headings in the middle
select 123456789 as a, 1 as bb, 'x' as longer_than_that, true as b, 1 as abc, 12 as ab, 1234 as a;
-- case: headings of no name
select 1, 'x', 1 + 1, now() is null, array[1], row(1), exists (select 1), case when true then 1 end, cast(1 as text), 'a'::text;
-- case: returning
create table r (id int, v text);
insert into r select generate_series(1, 3), 'v' returning id, id * 2 as double;
update r set id = id + 1 where id = 3 returning *;
update r set id = 0 where false returning id;
delete from r returning id, v;
insert into r default values returning r;
-- case: returning in common table expressions
create table t (a int);
with i as (insert into t values (1), (2) returning a) select sum(a) from i;
with d as (delete from t returning a) insert into t select a + 10 from d returning a;
with u as (select 1) update t set a = 0;
-- case: merge
create table t (a int primary key, b int);
insert into t values (1, 1);
merge into t using (values (1, 5), (2, 6)) as s(a, b) on t.a = s.a
  when matched then update set b = s.b when not matched then insert values (s.a, s.b);
select * from t order by a;
-- case: explain
explain (costs off) select * from pg_class where relname = 'x;y';
explain (costs off, format json) select 1;
explain (analyze, costs off, timing off, summary off) values (1), (2);
-- case: explain a modification
create table t (a int);
explain (costs off) insert into t values (1);
explain (analyze, costs off, timing off, summary off) insert into t values (1) returning a;
select * from t;
-- case: two thousand rows
select i from generate_series(1, 2000) i;
-- case: many rows of equal width
select lpad(i::text, 6, '0') as code, i % 2 = 0 as even from generate_series(1, 1500) i;
-- case: records and composites
create type pair as (a int, "B b" text);
select row(1, 'x;y')::pair as p, (row(2, null)::pair).*, row(), row(null), row('a"b', 'c,d');
-- case: arrays
select array[1, 2] as a, array['a', 'b,c', 'd"e', null] as b, '{}'::int[] as c, array[[1, 2], [3, 4]] as d, '[0:1]={7,8}'::int[] as e;
-- case: json
select '{"a": [1, 2.50, null], "b": "x\ny"}'::json as j, '{"b": 1, "a": {"c": "ä"}}'::jsonb as b, jsonb_pretty('{"a": [1]}') as p;
-- case: a result of one hundred columns
select * from (values (1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25)) as a, (values ('a','b','c','d','e','f','g','h','i','j','k','l','m','n','o','p','q','r','s','t','u','v','w','x','y')) as b;
-- case: columns of one name
select 1 as a, 2 as a, 'x' as a;
-- case: show
show server_encoding; show standard_conforming_strings; show datestyle; show timezone;
-- case: an error after some rows
select 1 / (5 - i) as v from generate_series(1, 10) i;
select 2;
-- case: headings longer than sixty three bytes
select 1 as "a very long name that is longer than the sixty-three bytes that a name may have";
-- case: generate and regexp sets
select regexp_matches('foobar', '(o+)(b)') as m, generate_series(1, 2) as n, unnest(array['a', 'b', 'c']) as u;
