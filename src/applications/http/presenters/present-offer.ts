import type { PlaceView } from '../../../calls/public.js';
import { fieldOfStudy } from '../../../calls/public.js';
import type { OpenApplication } from '../own-application.js';
import type { Named, OfferView, SummaryRow } from '../views/applicant-views.js';
import { presentHead } from './present-head.js';
import { presentDeadline } from './reader.js';

/** What is offered, and until when it can be answered. */
export function presentOffer(
  open: OpenApplication,
  place: PlaceView,
  host: Named,
  confirmDecline: boolean,
): OfferView {
  const { file, reader } = open;
  const { translator, language } = reader;
  const { application, call } = file;
  const field = fieldOfStudy(place.fieldCode);
  // A calendar day has no zone; UTC on both ends shows it as it is.
  const day = (text: string) => translator.date(language, new Date(`${text}T00:00:00Z`), 'UTC');
  const row = (key: string, value: SummaryRow['value'], lang?: string): SummaryRow => ({
    label: { key },
    ...(value === undefined ? {} : { value }),
    ...(lang ? { lang } : {}),
  });
  return {
    head: presentHead(open),
    deadline: application.dueAt && presentDeadline(reader, application.dueAt),
    confirmDecline,
    rows: [
      row('applications.custody.host_institution', host.text, host.lang),
      row('calls.page.columns.field', field ? translator.localized(language, field) : place.fieldCode),
      row('calls.facts.stay', {
        key: 'calls.stay',
        values: { from: day(call.stayFrom), until: day(call.stayUntil) },
      }),
      row('applications.status.offer.length', {
        key: 'applications.place.months',
        values: { count: place.months },
      }),
      row('calls.facts.funding', translator.localized(language, call.funding)),
      ...(place.services
        ? [row('applications.status.offer.services', translator.localized(language, place.services))]
        : []),
    ],
  };
}
