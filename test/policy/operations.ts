import type { INestApplication } from '@nestjs/common';
import { BringIntoForce, PrepareAgreement, ProposeAgreement } from '../../src/agreements/public.js';
import { SupplementDocument } from '../../src/applications/public.js';
import type { AgreementDraft } from '../../src/agreements/public.js';
import type { RequestContext } from '../../src/shared/request-context.js';
import type { Address } from './running-records.js';

type Operation = (app: INestApplication, request: RequestContext, address: Address) => Promise<unknown>;

const WORDS = { sr: 'проба', ru: 'проба', en: 'test' };

const AGREEMENT: AgreementDraft = {
  kind: 'memorandum',
  reference: 'TEST',
  title: WORDS,
  parties: [],
  themes: [],
  text: { articles: [] },
  quotas: [],
};

/** Acts to which no page and no route of the API leads yet: they are asked for where pages would ask. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  // Its form brings a file, which no question of this table does.
  'application.supplement_document': (app, request, { id = '' }) =>
    app.get(SupplementDocument).run(request, id, 'transcript', null),
  'agreement.prepare': (app, request) => app.get(PrepareAgreement).prepareAgreement(request, AGREEMENT),
  'agreement.propose': (app, request, { id = '' }) => app.get(ProposeAgreement).proposeAgreement(request, id),
  'agreement.bring_into_force': (app, request, { id = '' }) =>
    app.get(BringIntoForce).bringIntoForce(request, id, {
      signedOn: '2027-01-01',
      inForceFrom: '2027-01-01',
      inForceUntil: null,
    }),
};
