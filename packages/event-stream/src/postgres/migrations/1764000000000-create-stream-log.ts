import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The log: topics, their partitions with the position that the next record gets, and the records, one table a day. And
 * what groups need: members by heartbeat, who holds which partition, how far each group got.
 */
export class CreateStreamLog1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table stream.topic (
        id int generated always as identity primary key,
        name text not null unique,
        partitions int not null check (partitions > 0)
      )`);
    // A row here is rewritten by every batch: room on the page keeps those updates off the index.
    await runner.query(`
      create table stream.partition (
        topic_id int not null references stream.topic,
        partition int not null,
        first_position bigint not null default 0,
        next_position bigint not null default 0,
        last_appended_at timestamptz not null default '-infinity',
        primary key (topic_id, partition)
      ) with (fillfactor = 25)`);
    await runner.query(`
      create table stream.record (
        topic_id int not null,
        partition int not null,
        position bigint not null,
        appended_at timestamptz not null,
        key bytea,
        headers bytea not null,
        value bytea,
        primary key (topic_id, partition, position, appended_at)
      ) partition by range (appended_at)`);
    await runner.query(`
      create table stream.member (
        group_name text not null,
        topic_id int not null references stream.topic,
        member text not null,
        incarnation uuid not null,
        heartbeat_at timestamptz not null,
        primary key (group_name, topic_id, member)
      ) with (fillfactor = 50)`);
    await runner.query(`
      create table stream.assignment (
        group_name text not null,
        topic_id int not null references stream.topic,
        partition int not null,
        member text not null,
        incarnation uuid not null,
        primary key (group_name, topic_id, partition)
      )`);
    await runner.query(`
      create table stream.progress (
        group_name text not null,
        topic_id int not null references stream.topic,
        partition int not null,
        position bigint not null,
        behind_since timestamptz,
        primary key (group_name, topic_id, partition)
      ) with (fillfactor = 50)`);
    await runner.query('create table stream.probe (at timestamptz not null) with (fillfactor = 50)');
    await runner.query('insert into stream.probe values (now())');
    await runner.query(APPEND);
    await runner.query(POSITION_AT);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

/**
 * Appends one gathered batch and answers the first position of each partition written to. The rows of those partitions
 * are locked in order (two batches can't wait for each other in a circle) until commit: so positions become visible in
 * their order, and a later one never before an earlier one. Time never goes back within a partition.
 *
 * Records come as one block of bytes (key, headers, value of each one after the other from start on; length -1 is null),
 * since an array of bytea would travel as text of twice the size.
 */
const APPEND = `
  create function stream.append(
    topic_ids int[], partitions int[], counts int[],
    places int[], ordinals int[], starts int[], key_lengths int[], header_lengths int[], value_lengths int[],
    bytes bytea
  ) returns bigint[] language plpgsql as $$
  declare
    bases bigint[];
    times timestamptz[];
    ends text;
  begin
    if current_setting('synchronous_commit') = 'off' then
      perform set_config('synchronous_commit', 'on', true);
    end if;
    perform 1 from stream.partition p join unnest(topic_ids, partitions) w(topic_id, partition) using (topic_id, partition)
      order by p.topic_id, p.partition for no key update of p;
    with moved as (
      update stream.partition p
        set next_position = p.next_position + w.count,
            last_appended_at = greatest(p.last_appended_at, date_trunc('milliseconds', clock_timestamp()))
        from unnest(topic_ids, partitions, counts) with ordinality w(topic_id, partition, count, place)
        where p.topic_id = w.topic_id and p.partition = w.partition
        returning w.place, w.count, p.topic_id, p.partition, p.next_position, p.last_appended_at
    )
    select array_agg(next_position - count order by place), array_agg(last_appended_at order by place),
        string_agg(format('%s:%s:%s', topic_id, partition, next_position), ',')
      into bases, times, ends from moved;
    if cardinality(bases) is distinct from cardinality(topic_ids) then
      raise exception 'a partition to write to does not exist' using errcode = 'undefined_object';
    end if;
    insert into stream.record (topic_id, partition, position, appended_at, key, headers, value)
      select topic_ids[r.place], partitions[r.place], bases[r.place] + r.ordinal, times[r.place],
          case when r.key_length >= 0 then substring(bytes from r.start + 1 for r.key_length) end,
          substring(bytes from r.start + 1 + greatest(r.key_length, 0) for r.header_length),
          case when r.value_length >= 0 then
            substring(bytes from r.start + 1 + greatest(r.key_length, 0) + r.header_length for r.value_length) end
        from unnest(places, ordinals, starts, key_lengths, header_lengths, value_lengths)
          r(place, ordinal, start, key_length, header_length, value_length);
    perform pg_notify('sluice_stream', case when length(ends) < 7900 then 'ends ' || ends else 'ends' end);
    return bases;
  end $$`;

/** The first position at or after a time, by bisection: positions have no gaps and time rises with them. */
const POSITION_AT = `
  create function stream.position_at(of_topic int, of_partition int, moment timestamptz) returns bigint
  language plpgsql stable as $$
  declare
    low bigint;
    high bigint;
    middle bigint;
    appended timestamptz;
  begin
    select first_position, next_position into low, high from stream.partition
      where topic_id = of_topic and partition = of_partition;
    while low < high loop
      middle := (low + high) / 2;
      select r.appended_at into appended from stream.record r
        where r.topic_id = of_topic and r.partition = of_partition and r.position = middle;
      if appended is null or appended < moment then low := middle + 1; else high := middle; end if;
    end loop;
    return low;
  end $$`;
