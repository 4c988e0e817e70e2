import { ENGINE } from './definition';
import { WHOLE } from './generation';

/** SQLSTATE with which {@link MOVE} and {@link MOVE_PARTIES} refuse. */
export const CHECKPOINT_MOVED = 'YK001';

/** SQLSTATE with which a write over another's row is refused. */
const FOREIGN_ROW = 'YK002';

/** Functions in PostgreSQL that move shards and quarantined parties; both take JSON. */
export const MOVE = `projecting.move_${ENGINE}`;
export const MOVE_PARTIES = `projecting.move_parties_${ENGINE}`;

/** What {@link makeEngine} makes: the names of its tables and functions. */
export const engineParts = (): { tables: string[]; functions: string[] } => ({
  tables: [...makeEngine.matchAll(/create table if not exists (projecting\.\w+)/g)].map(([, name]) => name as string),
  functions: [...makeEngine.matchAll(/create or replace function (projecting\.\w+)/g)].map(
    ([, name]) => name as string,
  ),
});

/** Lets nobody else install, or drop, projections within a transaction. */
export const LOCK_INSTALLATION = `select pg_advisory_xact_lock(hashtext('yoyaku.projecting'))`;

/**
 * SQL that makes the engine's tables and functions, or brings those of earlier builds up to date: it may be run at any
 * time. Who changes it adds a migration that runs it again.
 */
export const makeEngine = `
  create schema if not exists projecting;
  create schema if not exists read;
  create table if not exists projecting.installation (
    one boolean primary key default true check (one), partitions integer not null);
  create table if not exists projecting.projections (
    name text primary key, version integer not null, digest text not null, generation integer not null,
    tables text[] not null);
  create table if not exists projecting.checkpoints (
    projection text, generation integer, partition integer,
    position bigint not null, sequence bigint, at timestamptz,
    state text not null default 'live' check (state in ('live', 'paused', 'failed')),
    failure jsonb, owner uuid, built_for uuid,
    primary key (projection, generation, partition)) with (fillfactor = 50);
  do $$ begin
    if not exists (select from pg_attribute
                   where attrelid = 'projecting.checkpoints'::regclass and attname = 'unreadable') then
      alter table projecting.checkpoints add column unreadable jsonb;
    end if;
  end $$;
  -- Parties (a tenant, or of the platform's own events a stream) whose events a partition leaves out, since one of
  -- them could not be applied; how far each is, and why it stopped (null: it catches up).
  create table if not exists projecting.quarantined (
    projection text, generation integer, partition integer not null, party text, position bigint not null,
    failure jsonb, primary key (projection, generation, party));
  create table if not exists projecting.workers (
    id uuid primary key, beat_at timestamptz not null, status jsonb not null);
  create table if not exists projecting.rebuilds (
    id uuid primary key, definitions jsonb not null, projections text[] not null,
    state text not null default 'running' check (state in ('running', 'paused', 'done', 'failed', 'cancelled')),
    requested_by text not null, requested_at timestamptz not null default now(), ended_at timestamptz,
    processed bigint not null default 0, position bigint not null default 0, head bigint not null default 0,
    rate float8 not null default 0, swap_ms integer, failure jsonb);
  alter table projecting.rebuilds add column if not exists swap_ms integer;
  create table if not exists projecting.retired (schema text primary key);

  -- For tables' own statements, where a row that is to be written or removed has another owner.
  create or replace function projecting.refuse_foreign_row(name text) returns bigint language plpgsql as $$
  begin
    raise exception 'A row of % belongs to another stream or tenant', name using errcode = '${FOREIGN_ROW}';
  end $$;

  -- Moves checkpoints by compare-and-set; one that is not where its mover believes it to be refuses them all.
  create or replace function ${MOVE}(moves json) returns void language plpgsql as $$
  declare moved integer;
  begin
    update projecting.checkpoints c
    set position = m."to", sequence = m.sequence, at = coalesce(m.at, c.at), failure = m.failure,
        state = case when m.failure is null then 'live' else 'failed' end,
        -- Who cannot read on lets go, and says so beside those who could not before.
        owner = case when m.unreadable is null then c.owner end,
        unreadable = case when m.unreadable is null then null else m.unreadable ||
          jsonb_build_object('builds', coalesce(c.unreadable->'builds', '[]') || (m.unreadable->'builds')) end
    from json_to_recordset(moves) as m(projection text, generation integer, partition integer, owner uuid,
      "from" bigint, "to" bigint, quarantined integer, sequence bigint, at timestamptz, failure jsonb, unreadable jsonb)
    where (c.projection, c.generation, c.partition) = (m.projection, m.generation, m.partition)
      and c.position = m."from" and c.owner = m.owner and c.state = 'live'
      -- While the position stands, parties only come back; so their number tells whether they are the mover's. Mostly
      -- there are none at all, which is asked once and not for each checkpoint.
      and (m.quarantined = 0 and not exists (select from projecting.quarantined)
        or m.quarantined = (
          select count(*) from projecting.quarantined q
          where (q.projection, q.generation) = (c.projection, c.generation)
            and c.partition in (q.partition, ${WHOLE})));
    get diagnostics moved = row_count;
    if moved < json_array_length(moves) then
      raise exception 'A checkpoint is not where it was left' using errcode = '${CHECKPOINT_MOVED}';
    end if;
  end $$;

  -- The same for quarantined parties; who moves one must own its partition.
  create or replace function ${MOVE_PARTIES}(moves json) returns void language plpgsql as $$
  declare moved integer;
  begin
    with m as (
      select m.* from json_to_recordset(moves) as m(projection text, generation integer, partition integer, party text,
        owner uuid, "from" bigint, "to" bigint, failure jsonb)
      join projecting.checkpoints c on (c.projection, c.generation, c.owner) = (m.projection, m.generation, m.owner)
        and c.partition in (m.partition, ${WHOLE})),
    added as (
      insert into projecting.quarantined (projection, generation, partition, party, position, failure)
      select projection, generation, partition, party, "to", failure from m where "from" is null
      on conflict do nothing returning 1),
    gone as (
      delete from projecting.quarantined q using m
      where (q.projection, q.generation, q.party, q.position) = (m.projection, m.generation, m.party, m."from")
        and m."to" is null returning 1),
    changed as (
      update projecting.quarantined q set position = m."to", failure = m.failure from m
      where (q.projection, q.generation, q.party, q.position) = (m.projection, m.generation, m.party, m."from")
        and m."to" is not null returning 1)
    select (select count(*) from added) + (select count(*) from gone) + (select count(*) from changed) into moved;
    if moved < json_array_length(moves) then
      raise exception 'A quarantined party is not where it was left' using errcode = '${CHECKPOINT_MOVED}';
    end if;
  end $$;`;
