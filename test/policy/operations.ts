import type { INestApplication } from '@nestjs/common';
import { BringIntoForce, PrepareAgreement, ProposeAgreement } from '../../src/agreements/public.js';
import { SupplementDocument } from '../../src/applications/public.js';
import type { AgreementDraft } from '../../src/agreements/public.js';
import { MoveCall, PrepareCall, ProposeCall, PublishCall } from '../../src/calls/public.js';
import type { CallDraft } from '../../src/calls/public.js';
import type { RequestContext } from '../../src/shared/request-context.js';
import type { Address } from './running-records.js';

type Operation = (app: INestApplication, request: RequestContext, address: Address) => Promise<unknown>;

const WORDS = { sr: 'проба', ru: 'проба', en: 'test' };

/** Nothing in it is right: whoever may prepare one is told so, and whoever may not never comes so far. */
const CALL = {
  slug: '',
  category: 'student',
  route: 'direct',
  title: WORDS,
  summary: WORDS,
  whoMayApply: WORDS,
  funding: WORDS,
  themes: [],
  agreementId: '',
  academicYear: '2027/28',
  timeZone: 'UTC',
  opensAt: new Date(0),
  closesAt: new Date(0),
  graceMinutes: 0,
  stayFrom: '2027-01-01',
  stayUntil: '2027-01-01',
  maxChoices: 1,
  homeEndorsement: false,
  independentAssessment: false,
  promises: { screeningDays: 1, returnDays: 1, hostDecisionDays: 1, approvalDays: 1, offerDays: 1 },
  directions: [],
  places: [],
} as const satisfies CallDraft;

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
  'call.prepare': (app, request) => app.get(PrepareCall).prepareCall(request, CALL),
  'call.propose': (app, request, { id = '' }) => app.get(ProposeCall).proposeCall(request, id),
  'call.publish': (app, request, { id = '' }) => app.get(PublishCall).publishCall(request, id),
  'call.move': (app, request, { id = '' }) => app.get(MoveCall).moveCall(request, id, 'suspend'),
  'agreement.prepare': (app, request) => app.get(PrepareAgreement).prepareAgreement(request, AGREEMENT),
  'agreement.propose': (app, request, { id = '' }) => app.get(ProposeAgreement).proposeAgreement(request, id),
  'agreement.bring_into_force': (app, request, { id = '' }) =>
    app.get(BringIntoForce).bringIntoForce(request, id, {
      signedOn: '2027-01-01',
      inForceFrom: '2027-01-01',
      inForceUntil: null,
    }),
};
