import type { Ctx } from '../../platform/database/context.js';
import { ERASED, changeRows } from '../../privacy/public.js';
import type { ErasureSource, PersonDataSource, PersonPart } from '../../privacy/public.js';
import type { Id } from '../../shared/ids.js';
import { AgreementPersonEntity } from '../data/agreement-person.entity.js';

/** Agreements that a person has signed for an institution, in their own copy. */
export const agreementsOfPerson: PersonDataSource = {
  async of(ctx: Ctx, personId: Id): Promise<PersonPart> {
    const rows = await ctx.tx.find(AgreementPersonEntity, {
      where: { personId },
      order: { notedAt: 'ASC', id: 'ASC' },
    });
    const agreementSignatures = rows.map(
      ({ agreementId, versionId, institutionId, name, office, notedAt }) => ({
        agreementId,
        versionId,
        institutionId,
        name,
        office,
        signedAt: notedAt,
      }),
    );
    return { data: { agreementSignatures }, files: [] };
  },
};

/** That an institution signed stays; by whom goes, and so does whoever was its contact. */
export const eraseAgreementPeople: ErasureSource = {
  part: 'agreements',

  holds: () => Promise.resolve([]),

  async erase(ctx: Ctx, persons: readonly Id[]) {
    return {
      erased: {
        agreement_people: await changeRows(
          ctx,
          `update agreement_people set name = $2, office = $2, email = case when email is null then null else $2 end
           where person_id = any ($1) or lower(email) in (select lower(email) from persons where id = any ($1))`,
          [persons, ERASED],
        ),
      },
      kept: [],
    };
  },
};
