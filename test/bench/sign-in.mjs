import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sign } from '@fastify/cookie';

const IDLE_SECONDS = 7_200;
const ABSOLUTE_SECONDS = 28_800;

/** People with one role each, and the sign-in of a demonstration's account behind them. Answers their ids by subject. */
export async function addOfficials(owner, { issuer, provider, subjects, country, role, institution }) {
  const { rows } = await owner.query(
    `with person as (
       insert into persons (id, country, native_family, native_given, native_language, email, language, created_at)
       select gen_random_uuid(), $3, 'Reader', subject, 'en', subject || '@bench.invalid', 'en', now()
       from unnest($2::text[]) subject returning id, native_given as subject),
     identity as (
       insert into identities (issuer, subject, person_id, provider_key, created_at, last_sign_in_at)
       select $1, subject, id, $4, now(), now() from person returning person_id),
     role as (
       insert into role_grants (id, person_id, role, institution_id, country, reason, valid_from)
       select gen_random_uuid(), person_id, $6, $5::uuid, case when $5::uuid is null then $3 end, 'bench', now() - interval '1 day'
       from identity returning person_id)
     select id from person where id in (select person_id from role)`,
    [issuer, subjects, country, provider, institution ?? null, role],
  );
  return rows.map(({ id }) => id);
}

/** Sessions as signing in begins them, with a second factor. Answers the header `cookie` of each. */
export async function beginSessions(owner, { dataDir, provider, persons }) {
  const secret = readFileSync(join(dataDir, 'session-secret'), 'utf8');
  const now = Date.now();
  const cookies = [];
  for (const personId of persons) {
    const id = randomBytes(24).toString('base64url');
    const data = {
      cookie: { path: '/', httpOnly: true, secure: false, sameSite: 'lax' },
      signedIn: {
        personId,
        provider,
        subject: personId,
        providerSession: null,
        secondFactor: true,
        at: now,
        idToken: null,
        idleSeconds: IDLE_SECONDS,
        absoluteSeconds: ABSOLUTE_SECONDS,
        device: null,
      },
    };
    await owner.query('select begin_session($1, $2, $3)', [
      createHash('sha256').update(id).digest('hex'),
      data,
      new Date(now + IDLE_SECONDS * 1000),
    ]);
    cookies.push(`most.sid=${encodeURIComponent(sign(id, secret))}`);
  }
  return cookies;
}
