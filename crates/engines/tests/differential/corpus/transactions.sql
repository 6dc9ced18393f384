Transactions.
-- case: commit and rollback
create table t (a int);
begin; insert into t values (1); commit;
begin; insert into t values (2); rollback;
start transaction; insert into t values (3); end;
begin work; insert into t values (4); abort;
select * from t;
-- case: warnings about transactions
commit;
rollback;
begin;
begin;
commit;
-- case: an error in a transaction
create table t (a int);
begin;
insert into t values (1);
select 1 / 0;
insert into t values (2);
commit;
-- case: an error in a transaction that was committed before
create table t (a int);
begin; insert into t values (1); commit;
begin; insert into t values (2);
insert into t values ('x');
-- case: a transaction left open
create table t (a int);
begin;
insert into t values (1);
select * from t;
-- case: savepoints
create table t (a int);
begin;
insert into t values (1);
savepoint s;
insert into t values (2);
rollback to savepoint s;
insert into t values (3);
release s;
commit;
select * from t;
-- case: a savepoint that is not there
begin;
rollback to nope;
commit;
-- case: an error in a savepoint
create table t (a int);
begin;
savepoint s;
insert into t values ('x');
rollback to s;
commit;
-- case: a deferred constraint at commit
create table t (a int unique deferrable initially deferred);
begin;
insert into t values (1), (1);
select count(*) from t;
commit;
select 2;
-- case: a deferred foreign key at commit
create table p (a int primary key);
create table c (a int references p deferrable initially deferred);
begin;
insert into c values (1);
insert into p values (1);
commit;
begin;
insert into c values (2);
commit;
select 1;
-- case: constraints set immediate
create table t (a int unique deferrable initially deferred);
begin;
insert into t values (1), (1);
set constraints all immediate;
commit;
-- case: a deferred constraint without a transaction
create table t (a int unique deferrable initially deferred);
insert into t values (1), (1);
-- case: a constraint trigger at commit
create table t (a int);
create function f() returns trigger language plpgsql as $$ begin raise notice 'at commit %', new.a; return null; end $$;
create constraint trigger tr after insert on t deferrable initially deferred for each row execute function f();
begin; insert into t values (1), (2); select 'before' as a; commit;
-- case: commit and chain
create table t (a int);
begin isolation level repeatable read;
insert into t values (1);
commit and chain;
show transaction_isolation;
insert into t values (2);
rollback and chain;
insert into t values (3);
commit and no chain;
select * from t;
-- case: chain without a transaction
commit and chain;
select 1;
-- case: isolation levels
begin isolation level serializable read only deferrable;
show transaction_isolation; show transaction_read_only;
commit;
set session characteristics as transaction isolation level repeatable read;
begin; show transaction_isolation; commit;
begin; set transaction isolation level read uncommitted; show transaction_isolation; rollback;
-- case: writing in a read only transaction
create table t (a int);
begin read only;
insert into t values (1);
-- case: setting an isolation level too late
begin;
select 1;
set transaction isolation level serializable;
-- case: two phases without a setting for it
create table t (a int);
begin;
insert into t values (1);
prepare transaction 'x;y';
select * from t;
-- case: a prepared transaction that is not there
commit prepared 'nope';
-- case: what cannot be in a transaction
create table t (a int);
begin;
vacuum t;
-- case: a procedure that commits
create table t (a int);
create procedure p() language plpgsql as $$ begin insert into t values (1); commit; insert into t values (2); rollback; insert into t values (3); end $$;
call p();
select * from t;
-- case: a procedure that commits in a transaction
create procedure p() language plpgsql as $$ begin commit; end $$;
begin;
call p();
-- case: a DO that commits
create table t (a int);
do $$ begin for i in 1..4 loop insert into t values (i); if i % 2 = 0 then commit; else rollback; end if; end loop; end $$;
select * from t;
-- case: set local
set work_mem = '5MB';
begin; set local work_mem = '6MB'; show work_mem; commit;
show work_mem;
begin; set work_mem = '7MB'; rollback;
show work_mem;
set local work_mem = '8MB';
show work_mem;
-- case: locks
create table t (a int);
begin;
lock table t in access exclusive mode;
select mode from pg_locks where relation = 't'::regclass and pid = pg_backend_pid();
commit;
lock table t;
-- case: for update
create table t (a int);
insert into t values (1);
begin; select * from t for update; select * from t for share nowait skip locked; commit;
-- case: joined statements end in an open transaction
begin \; create table t (a int) \; savepoint s;
rollback to s;
commit;
select * from t;
-- case: joined statements with commit in between
create table t (a int);
insert into t values (1) \; commit \; insert into t values (2) \; rollback \; insert into t values (3);
select * from t;
-- case: temporary tables on commit
begin;
create temp table a (x int) on commit drop;
create temp table b (x int) on commit delete rows;
insert into a values (1); insert into b values (1);
select count(*) from a, b;
commit;
select count(*) from b;
select count(*) from a;
