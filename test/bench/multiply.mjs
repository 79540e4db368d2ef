/**
 * Makes of a loaded programme one that is many times as large, in the database itself: people, applications, choices and
 * nominations are copied with ids, numbers, names and instants of their own, so that lists and searches meet as many
 * different rows as they would in life. What hangs on an application besides (answers, files, the record) is not copied:
 * no list reads it.
 */
export async function multiply(owner, applications) {
  const {
    rows: [{ present }],
  } = await owner.query('select count(*)::integer as present from applications');
  const copies = Math.ceil(applications / present) - 1;
  if (copies < 1) return present;
  await owner.query('begin');
  try {
    // Each copied row points to copied rows: checked once by how they are made, and not a million times one by one.
    await owner.query('set local session_replication_role = replica');
    await owner.query(`create temp table numbered on commit drop as
      select a.id, a.applicant_id, row_number() over (order by a.id) as place,
        regexp_replace(a.search_key, '^[a-z]{2} [0-9]{4} [0-9]+ ', '') as names from applications a`);
    await owner.query('create unique index on numbered (place)');
    await owner.query('create unique index on numbered (id)');
    await owner.query('analyze numbered');
    for (let copy = 1; copy <= copies; copy++) {
      const values = [copy, present];
      await owner.query(
        `insert into persons select (jsonb_populate_record(p, jsonb_build_object(
           'id', md5(p.id::text || '/' || $1)::uuid, 'email', $1 || '.' || p.email))).*
         from persons p where p.id in (select applicant_id from numbered) and $2 > 0`,
        values,
      );
      await owner.query(
        `insert into applications select (jsonb_populate_record(a, jsonb_build_object(
           'id', md5(a.id::text || '/' || $1)::uuid,
           'applicant_id', md5(a.applicant_id::text || '/' || $1)::uuid,
           'number', numbered.number,
           'state_since', a.state_since - make_interval(secs => ($1 * 7919 + n.place) % 86400),
           'search_key', concat_ws(' ', replace(lower(numbered.number), '-', ' '), other.names)))).*
         from applications a join numbered n on n.id = a.id
         join numbered other on other.place = 1 + (n.place * 31 + $1 * 7919) % $2
         cross join lateral (select case when a.number is not null then
           split_part(a.number, '-', 1) || '-' || split_part(a.number, '-', 2) || '-' || (10000000 * $1 + n.place)
           end as number) as numbered`,
        values,
      );
      await owner.query(
        `insert into application_choices
         select md5(application_id::text || '/' || $1)::uuid, rank, place_id from application_choices
         where application_id in (select id from numbered) and $2 > 0`,
        values,
      );
      await owner.query(
        `insert into nominations select (jsonb_populate_record(m, jsonb_build_object(
           'id', md5(m.id::text || '/' || $1)::uuid,
           'application_id', md5(m.application_id::text || '/' || $1)::uuid,
           'replaces_id', case when m.replaces_id is not null then md5(m.replaces_id::text || '/' || $1) end,
           'person_id', md5(m.person_id::text || '/' || $1)::uuid))).*
         from nominations m where m.application_id in (select id from numbered) and $2 > 0`,
        values,
      );
    }
    await owner.query('commit');
  } catch (error) {
    await owner.query('rollback');
    throw error;
  }
  await owner.query('vacuum analyze');
  return present * (copies + 1);
}
