-- case: a row too wide for a table
select 1 as id, repeat('x', 100) as a, repeat('y', 100) as b;
-- case: exactly as wide as fits and one more
select 1 as a, repeat('x', 196) as b;
select 1 as a, repeat('x', 197) as b;
select 22 as a, repeat('x', 195) as b, null as c;
-- case: a single column is never expanded
select repeat('x', 500) as a;
-- case: a wide heading without rows
select 1 as a, 2 as b, repeat('x', 10) as c where false;
select * from (select 1 as "a very long name that is longer than the sixty-three bytes a", 2 as "another very long name that is longer than sixty-three bytes ", 3 as "yet another very long name that is longer than sixty-three b", 4 as d) t where false;
-- case: ten records and more
select i as number, repeat('ab', 100 + i) as text, null as nothing from generate_series(1, 12) i;
-- case: expanded lines in cells and headings
select E'one\ntwo\n\nfour' as lines, repeat('x', 220) as wide, E'a\n' as ended, '' as empty;
select 1 as "two
lines", repeat('x', 220) as wide, E'p\nq\nr\ns' as "three
more
lines";
select E'a\tb' as tab, E'c\rd' as returned, repeat(E'0123456789\n', 22) as many, repeat('z', 250) as z;
-- case: expanded wide characters
select 'ä漢字🦀' as "漢字", repeat('漢', 101) as w, 'e' as e;
-- case: short names and one letter cells in many columns
select 1 as a,2 as b,3 as c,4 as d,5 as e,6 as f,7 as g,8 as h,9 as i,10 as j,11 as k,12 as l,13 as m,14 as n,15 as o,16 as p,17 as q,18 as r,19 as s,20 as t,21 as u,22 as v,23 as w,24 as x,25 as y,26 as z,1 as aa,2 as ab,3 as ac,4 as ad,5 as ae,6 as af,7 as ag,8 as ah,9 as ai,10 as aj,11 as ak,12 as al,13 as am,14 as an,15 as ao,16 as ap,17 as aq,18 as ar,19 as "as",20 as at,21 as au,22 as av,23 as aw,24 as ax;
-- case: names longer than the words of the rule
select 1 as a_name_that_is_longer_than_the_words_of_the_rule, repeat('x', 200) as b;
-- case: names as long as the words of the rule
select 'x' as twelve_lette, repeat('x', 200) as b;
select 'x' as eleven_lett, repeat('x', 200) as b;
select 'x' as thirteen_lett, repeat('x', 200) as b;
-- case: wide and narrow results in turn
select 1 as a; select 1 as a, repeat('x', 210) as b; select 2 as a;
-- case: a wide result of a modification
create table t (id int, v text);
insert into t values (1, repeat('x', 210)) returning *;
delete from t returning v, id;
-- case: a wide result that fails
select 1 / (3 - i) as v, repeat('x', 210) as w from generate_series(1, 5) i;
-- case: records of more than a thousand rows
select i as n, repeat('x', 200) as w from generate_series(1, 1200) i;
-- case: empty columns beside wide ones
select '' as a, null as b, repeat('x', 250) as c, ' ' as d;
