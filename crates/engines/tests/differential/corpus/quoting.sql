Strings, identifiers, dollar quotes, comments.
-- case: plain strings
select 'a' as a, '' as b, 'it''s' as c, ';' as d, '--' as e, '/*' as f, '*/' as g, '$$' as h, '"' as i;
-- case: strings over lines
select 'one
two;
-- three

five' as v;
select 2;
-- case: string continuation on the next line
select 'a'
'b' as joined;
select 'a' -- a comment between
  'b' as joined, E'c\''
  'd' as escape;
-- case: string not continued on the same line
select 'a' 'b';
-- case: escape strings
select E'a\'b' as a, e'tab\tnew\nline\\' as b, E'\x41\101\u00e4\U0001F980' as c, E'it''s' as d, E'\;' as e;
-- case: a backslash at the end of a plain string
select 'a\' as a, '\' as b, 'c\\' as c; select 2 as two;
-- case: unicode strings
select U&'d\0061t\+000061' as a, U&'d!0061t!+000061' uescape '!' as b, u&'it''s \\' as c;
-- case: unicode identifiers
select 1 as U&"d\0061t", 2 as u&"!0061;x" uescape '!';
-- case: bit strings, national strings and hexadecimal strings
select b'101' as a, B'' as b, x'1F' as c, X'ff' as d, n'na''t' as e, N';' as f;
-- case: quoted identifiers
select 1 as "a;b", 2 as "it's", 3 as "say ""hi""", 4 as "$$", 5 as "--", 6 as "/*", 7 as "ä漢🦀", 8 as "tab	here", 9 as " ";
-- case: identifiers over lines
select 1 as "two
lines", 2 as "and;

more";
-- case: an empty quoted identifier
select 1 as "";
select 2;
-- case: dollar quotes
select $$a;b$$ as a, $$$$ as b, $t$it's $$ and $tt$ $t$ as c, $ä$x$ä$ as d, $_1$;$_1$ as e;
-- case: dollar quotes nested in functions
create function f() returns text language plpgsql as $outer$
begin
  execute $inner$ create table made (a text default $$;'$$) $inner$;
  return $q$a;$$;b$q$;
end;
$outer$;
select f();
select * from made;
-- case: dollars that quote nothing
create table a$b (c$ int);
insert into a$b values (1) returning c$ as "$c", c$ as d$$;
select 1 as a$$, 2 as b$$; select 3;
prepare p(int) as select $1 as x, $1+1;
execute p(4);
-- case: a dollar tag that begins with a digit
prepare p(int) as select $1$a$b$a$;
select 1;
-- case: a dollar quote over empty lines
select $$
one

three


six$$ as lines, length($$

$$) as n;
-- case: standard conforming strings off from the start of a later line
set standard_conforming_strings = off;
set escape_string_warning = off;
select 'a\'b;' as a, 'c\\' as b, 'tab\there' as c;
select 'it''s \'; select 2;' as v;
-- case: standard conforming strings off and on
set escape_string_warning to off;
set standard_conforming_strings to off;
select 'a\'b' as off;
set standard_conforming_strings to on;
select 'a\' as "on"; select 'b\\' as two;
reset standard_conforming_strings;
select '\' as "reset";
-- case: standard conforming strings off on the same line
set escape_string_warning = off; set standard_conforming_strings = off; select 'a\'; select 'b' as x;
select 'c\'; d' as next;
-- case: standard conforming strings changed by a function
select set_config('escape_string_warning', 'off', false), set_config('standard_conforming_strings', 'off', false);
select 'a\'b;' as a;
select set_config('standard_conforming_strings', 'on', false);
select 'a\' as a, ';' as b;
-- case: standard conforming strings changed by a function unseen
select set_config('standard_conforming_strings', 'off', false);
select 'a\\b' as a;
-- case: standard conforming strings changed by a function and no backslash
select set_config('standard_conforming_strings', 'off', false);
select 'it''s' as a;
-- case: standard conforming strings local to a transaction
set escape_string_warning = off;
begin; set local standard_conforming_strings = 'off';
select 'a\';' as a;
commit;
select 'a\' as a; select 'b\\' as b;
begin;
set session standard_conforming_strings to false;
commit;
select 'c\'' as c;
begin;
set "standard_conforming_strings" = on;
select 'd\' as d;
abort;
select 'e\'' as e;
-- case: standard conforming strings set twice on a line
set escape_string_warning = off;
set standard_conforming_strings = off; set standard_conforming_strings = on;
select 'a\' as a;
set standard_conforming_strings = off; reset all;
select 'b\' as b;
set standard_conforming_strings = off \; discard plans;
set escape_string_warning = off; select 'c\'' as c;
set standard_conforming_strings = default; select 'd\'' as d;
select 'e\' as e;
-- case: standard conforming strings changed within a statement's lines
set escape_string_warning = off;
set standard_conforming_strings = off; select 'a\' as a,
  'b\'' as b;
select 'c\'' as c;
-- case: standard conforming strings set in a wrong way
set standard_conforming_strings = nope;
select 'a\' as a;
-- case: standard conforming strings put back by a rollback
set escape_string_warning = off;
begin;
set local standard_conforming_strings = off;
select 'a\';' as a;
rollback;
select 'a\' as a; select 2 as two;
-- case: standard conforming strings off and an escape warning
set standard_conforming_strings = off;
select 'a\\b' as v;
-- case: standard conforming strings off and an unclosed quote
create table t (a int);
set standard_conforming_strings = off;
select 'a\';
select 2;
-- case: standard conforming strings off with E and U strings
set standard_conforming_strings = off;
set escape_string_warning = off;
select E'a\'b' as a, n'c\'d' as b, b'01' as c;
select U&'x';
-- case: standard conforming strings off and COPY
set standard_conforming_strings = off;
create table t (a text);
copy t from stdin;
it's
back\\slash'
\.
select a from t;
select 'q\'q' as q from t where a like 'back%';
-- case: line comments
-- first
select 1 -- 'quote ; $$ /*
  as a -- end
; -- after
--
-- last; select 2;
-- case: block comments
/* first ; ' " $$ -- */ select /* mid ; */ 1 /**/ as a /* -- */ ; /* after */
/* a
 multi line;
 */
select 2 as b/* tight */;/* last */
-- case: comments nested
select 1 /* a /* b ; */ ' /* c /* d */ */ ; */ as a;
/*/**/*/ select 2 as b; /* /*/ */ */ select 3 as c;
-- case: comments that look like operators
select 2*/* x */3 as a, 4/-- y
2 as b, 1+--
1 as c, 5 -/**/- 3 as d;
-- case: comments inside strings and strings inside comments
select '/* no */' as a, '-- no' as b /* 'yes' */ -- "yes"
, "c" from (select 3 as "c") s;
-- case: a comment at the end without newline [unended]
select 1 as a;
-- the end
-- case: a block comment at the end without newline [unended]
select 1 as a;
/* the end */
-- case: comments between every two words
select/**/1/**/as/**/a/**/,/**/2/**/as/**/b/**/from/**/(/**/select/**/)/**/as/**/s/**/;/**/
-- case: only comments
-- one
/* two */
/* three
*/ -- four
-- case: nothing
-- case: only semicolons
;;; ;
;
-- case: an unclosed string
create table t (a int);
select 'open;
-- case: an unclosed identifier
create table t (a int);
select "open;
-- case: an unclosed dollar quote
create table t (a int);
select $x$open;$$
-- case: an unclosed comment
create table t (a int);
/* open /* */ select 1;
-- case: an unclosed parenthesis
create table t (a int);
select (1;
select 2;
-- case: a parenthesis too many
select 1);
select 2;
-- case: unicode blanks and identifiers
select 1 as größe, 2 as 漢字, 3 as été, 4 as _ü1, 5 as ñ$;
-- case: a no-break space in a statement
select 1;
select 1 as a;
-- case: a no-break space between statements
select 1 as a; select 2 as b;
-- case: form feeds, vertical tabs and tabs
select	1	as	a	;
select2as b;
select 3;
-- case: a vertical tab
select2as b;
select 3;
-- case: a zero width space in a name
select 1 as a​b, '​' as z;
