import { parseArgs } from 'node:util';
import { systemClock } from '../../shared/clock.js';
import { DomainError } from '../../shared/domain-error.js';
import { Misuse, Refusal } from '../failures.js';
import type { Command } from '../command.js';

const NEEDED = ['email', 'given', 'family', 'country'] as const;

/** What to do about each refusal of the operation. */
const ADVICE: Readonly<Record<string, string>> = {
  country_unknown:
    'This country does not take part. Countries are imported with the register of institutions.',
  provider_unknown: 'No identity provider of the settings has this key.',
  provider_of_another_country: 'This identity provider vouches for people of another country.',
  person_unknown:
    'Nobody with this address and country has signed in yet. Let them sign in once and repeat this, or name --provider and --subject.',
  person_ambiguous: 'Several people have this address. Name --provider and --subject.',
  administrators_appoint_each_other:
    'There are two programme administrators already. From now on one of them grants the role and another confirms it, on the page “People and roles”.',
};

export const createAdminCommand: Command = {
  name: 'create-admin',
  arguments:
    '--email EMAIL --given NAME --family NAME --country CODE [--provider KEY --subject SUB] [--reason TEXT]',
  summary: 'make a person one of the first two programme administrators',
  details:
    'Without --provider the person must have signed in once. With --provider and --subject (what the provider says of them in "sub") somebody who never signed in is entered now and recognised at their first sign-in. Whoever is an administrator already stays one. As soon as two are there, they appoint all others themselves, one granting and another confirming. The act is entered in the audit record with its reason.',
  async run(words, house) {
    const { values } = parseArgs({
      args: [...words],
      options: {
        email: { type: 'string' },
        given: { type: 'string' },
        family: { type: 'string' },
        country: { type: 'string' },
        provider: { type: 'string' },
        subject: { type: 'string' },
        reason: { type: 'string', default: 'appointed by the command line' },
      },
    });
    const missing = NEEDED.filter((name) => !values[name]?.trim());
    if (missing.length > 0) throw new Misuse(`missing: ${missing.map((name) => `--${name}`).join(', ')}`);
    if (!values.provider !== !values.subject) throw new Misuse('--provider and --subject go together');
    const { email = '', given = '', family = '', country = '', provider, subject, reason } = values;
    const app = await house.app();
    const { AppointAdministrator } = await import('../../access/public.js');
    const { systemContext } = await import('../../platform/database/database.js');
    try {
      const { personId, outcome } = await app.get(AppointAdministrator).run(systemContext(systemClock), {
        email: email.trim(),
        given: given.trim(),
        family: family.trim(),
        country: country.trim().toUpperCase(),
        identity: provider && subject ? { provider, subject } : null,
        reason,
      });
      house.print(
        outcome === 'already'
          ? `${email} is a programme administrator already (person ${personId}).`
          : `${email} is a programme administrator now (person ${personId}).`,
      );
      return 0;
    } catch (error) {
      const advice = error instanceof DomainError ? ADVICE[error.reason ?? ''] : undefined;
      throw advice ? new Refusal(advice) : error;
    }
  },
};
