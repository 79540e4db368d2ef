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
    // Written once at the end, and not a million times.
    const writeIndexes = await withoutIndexes(owner, [
      'persons',
      'applications',
      'application_choices',
      'nominations',
    ]);
    await owner.query(`create temp table applications_0 on commit drop as
      select a.*, row_number() over (order by a.id) as place,
        regexp_replace(a.search_key, '^[a-z]{2} [0-9]{4} [0-9]+ ', '') as names from applications a`);
    await owner.query('create unique index on applications_0 (place)');
    await owner.query(`create temp table persons_0 on commit drop as
      select p.* from persons p where p.id in (select applicant_id from applications)`);
    await owner.query('create temp table choices_0 on commit drop as select * from application_choices');
    await owner.query('create temp table nominations_0 on commit drop as select * from nominations');
    for (const table of ['applications_0', 'persons_0', 'choices_0', 'nominations_0']) {
      await owner.query(`analyze ${table}`);
    }
    const copied = (id) => `md5(${id}::text || '/' || $1)::uuid`;
    const statements = [
      await insertInto(owner, 'persons', 's', 'persons_0 s', {
        id: copied('s.id'),
        email: "$1 || '.' || s.email",
      }),
      await insertInto(
        owner,
        'applications',
        's',
        // The names are somebody else's in each copy, so that no two have all of their words in common.
        `applications_0 s join applications_0 other on other.place = 1 + (s.place * 31 + $1::bigint * 7919) % ${present}
         cross join lateral (select case when s.number is not null then
           split_part(s.number, '-', 1) || '-' || split_part(s.number, '-', 2) || '-'
             || (10000000 * $1::bigint + s.place) end as number) as numbered`,
        {
          id: copied('s.id'),
          applicant_id: copied('s.applicant_id'),
          number: 'numbered.number',
          state_since: 's.state_since - make_interval(secs => ($1::bigint * 7919 + s.place) % 86400)',
          search_key: "concat_ws(' ', replace(lower(numbered.number), '-', ' '), other.names)",
        },
      ),
      await insertInto(owner, 'application_choices', 's', 'choices_0 s', {
        application_id: copied('s.application_id'),
      }),
      await insertInto(owner, 'nominations', 's', 'nominations_0 s', {
        id: copied('s.id'),
        application_id: copied('s.application_id'),
        replaces_id: copied('s.replaces_id'),
        substitutes_id: copied('s.substitutes_id'),
        person_id: copied('s.person_id'),
      }),
    ];
    for (let copy = 1; copy <= copies; copy++) {
      for (const statement of statements) await owner.query(statement, [String(copy)]);
      process.stderr.write(`\r  ${Math.round((100 * copy) / copies)} %`);
    }
    process.stderr.write('\n  indexes …\n');
    await writeIndexes();
    await owner.query('commit');
  } catch (error) {
    await owner.query('rollback').catch(() => {});
    throw error;
  }
  await owner.query('vacuum analyze');
  return present * (copies + 1);
}

/** Every column as it is, but those that are told. */
async function insertInto(owner, table, alias, from, told) {
  const { rows } = await owner.query(
    `select quote_ident(attname) as name from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum`,
    [table],
  );
  const names = rows.map(({ name }) => name);
  const values = names.map((name) => told[name] ?? `${alias}.${name}`);
  return `insert into ${table} (${names.join(', ')}) select ${values.join(', ')} from ${from}`;
}

/** Takes away those indexes that no constraint needs. Answers how they are written again. */
async function withoutIndexes(owner, tables) {
  const { rows } = await owner.query(
    `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition from pg_index i
     where i.indrelid = any ($1::regclass[]) and not i.indisunique
       and not exists (select from pg_constraint c where c.conindid = i.indexrelid)`,
    [tables],
  );
  for (const { name } of rows) await owner.query(`drop index ${name}`);
  return async () => {
    await owner.query("set local maintenance_work_mem = '512MB'");
    for (const { definition } of rows) await owner.query(definition);
  };
}
