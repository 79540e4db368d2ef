import { CONFLICT_KINDS } from '../../../access/public.js';
import { fieldOfStudy } from '../../../calls/public.js';
import type { Tag, Words } from '../../../applications/public.js';
import type { DomainError } from '../../../shared/domain-error.js';
import { BIDS } from '../../domain/reviewer-fit.js';
import type { Bid } from '../../domain/reviewer-fit.js';
import type { PanelRecord } from '../../data/panels.repository.js';
import type { BidApplication, OpenBids } from '../../operations/say-bids.js';
import type { BidsView, DeclareView } from '../views/bid-views.js';
import { problemsOf, wrong } from './form-problems.js';
import { assessedName } from './present-reviews.js';
import type { ReviewReader } from './present-reviews.js';

export const BIDS_A_PAGE = 25;

const SAID: Readonly<Record<Bid, Tag['kind']>> = { eager: 'leaf', can: 'sky', rather_not: 'grey' };

export function presentBids(reader: ReviewReader, open: OpenBids, wanted: number): BidsView {
  const { translator, language } = reader;
  const { panel, applications } = open;
  const href = `/reviews/panels/${panel.id}/bids`;
  const last = Math.max(1, Math.ceil(applications.length / BIDS_A_PAGE));
  const page = Math.min(Math.max(1, wanted), last);
  const left = applications.filter(({ bid }) => bid === null).length;
  return {
    back: `/reviews/panels/${panel.id}`,
    panel: translator.localized(language, panel.name),
    action: href,
    left: { key: 'reviews.bids.left', values: { number: left, of: applications.length } },
    applications: applications.slice((page - 1) * BIDS_A_PAGE, page * BIDS_A_PAGE).map((application) => ({
      name: assessedName(application.name),
      facts: factsOf(reader, application),
      said: application.bid && {
        kind: SAID[application.bid],
        text: { key: `reviews.bids.${application.bid}` },
      },
      field: {
        kind: 'radios',
        name: `bid-${application.id}`,
        label: assessedName(application.name),
        value: application.bid ?? '',
        options: BIDS.map((bid) => ({ value: bid, label: { key: `reviews.bids.${bid}` } })),
      },
      declareHref: `/reviews/panels/${panel.id}/applications/${application.id}/conflict`,
    })),
    pages: {
      page,
      previous: page > 1 ? `${href}?page=${page - 1}` : null,
      next: page < last ? `${href}?page=${page + 1}` : null,
    },
  };
}

export function presentDeclaration(
  reader: ReviewReader,
  { panel }: PanelRecord,
  application: Omit<BidApplication, 'bid'>,
  typed: string,
  error: DomainError | null,
): DeclareView {
  return {
    back: `/reviews/panels/${panel.id}`,
    panel: reader.translator.localized(reader.language, panel.name),
    action: `/reviews/panels/${panel.id}/applications/${application.id}/conflict`,
    name: assessedName(application.name),
    problems: problemsOf(reader, error),
    field: {
      kind: 'radios',
      name: 'kind',
      label: { key: 'reviews.fields.kind' },
      value: typed,
      options: CONFLICT_KINDS.map((kind) => ({ value: kind, label: { key: `reviews.declare.${kind}` } })),
      ...wrong('kind', error),
    },
  };
}

function factsOf(
  { translator, language }: ReviewReader,
  { fields, route, language: written }: Omit<BidApplication, 'bid'>,
): readonly Words[] {
  return [
    ...fields.flatMap((code) => {
      const field = fieldOfStudy(code);
      return field ? [translator.localized(language, field)] : [];
    }),
    ...(route ? [route] : []),
    { key: `reviews.bids.written.${written.replace(/-.*/, '')}` },
  ];
}
