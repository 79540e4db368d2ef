import { Inject, Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import { PrivacyPorts } from '../../privacy/public.js';
import type { DueRecord, RetentionSource } from '../../privacy/public.js';
import type { Id } from '../../shared/ids.js';
import { SIGHT_ENDS } from '../domain/sight-ends.js';
import { EraseApplications } from './erase-applications.js';

/** Of which nothing was ever handed in. */
const NEVER_HANDED_IN = `a.number is null and a.state in ('never_submitted', 'withdrawn')`;
/** At its end, or with a stay behind it. */
const ENDED = `a.number is not null and (
  (a.state = any (array[${Object.keys(SIGHT_ENDS)
    .map((state) => `'${state}'`)
    .join(', ')}]) and (a.state <> 'final' or a.result = 'not_selected'))
  or (a.state in ('accepted', 'confirmed', 'deferred') and c.stay_until < $1::timestamptz::date))`;
/** Words of it are there; of what was taken away before there are none. */
const HOLDS_WORDS = `(exists (select from application_sections s where s.application_id = a.id)
  or exists (select from application_submissions s where s.application_id = a.id and s.erased_at is null))`;

/** Applications whose time is over lose what they say of their people, in every room; numbers and states stay. */
@Injectable()
export class RetentionOfApplications {
  constructor(
    @Inject(PrivacyPorts) private readonly ports: PrivacyPorts,
    @Inject(EraseApplications) private readonly erasing: EraseApplications,
  ) {}

  readonly neverSubmitted: RetentionSource = this.of('never_submitted', NEVER_HANDED_IN);
  readonly ended: RetentionSource = this.of('ended_applications', ENDED);

  private of(category: string, condition: string): RetentionSource {
    return {
      category,
      due: (ctx, { country, except, before, after, limit }) =>
        ctx.tx.query<DueRecord[]>(
          `select a.id, a.applicant_id as "personId", a.number as label from applications a join calls c on c.id = a.call_id
           where ${condition} and ${HOLDS_WORDS} and a.state_since < $1
             and (a.home_country = $2 or ($2::text is null and a.home_country <> all ($3::text[])))
             and ($4::uuid is null or a.id > $4) order by a.id limit $5`,
          [before, country, except, after, limit],
        ),
      forget: (ctx, ids) => this.forget(ctx, ids),
    };
  }

  private async forget(ctx: Ctx, ids: readonly Id[]): Promise<void> {
    await this.erasing.ofApplications(ctx, ids);
    for (const forget of this.ports.ofApplications) await forget(ctx, ids);
  }
}
