import type { CallView } from '../../../calls/public.js';
import type { Ctx } from '../../../platform/database/context.js';
import type { Translator } from '../../../platform/i18n/translator.js';
import type { ApplicationRow } from '../../data/application.entity.js';
import { EDITABLE_STATES } from '../../domain/application.states.js';
import type { OwnListView } from '../views/office-views.js';
import { presentState, presentStateSentence } from './present-state.js';
import { presentDeadline, readerOf } from './reader.js';

/** One's own applications, those first that wait for their applicant. */
export function presentOwnList(
  translator: Translator,
  ctx: Ctx,
  applications: readonly ApplicationRow[],
  calls: ReadonlyMap<string, CallView>,
): OwnListView {
  const turn = ({ state }: ApplicationRow) => EDITABLE_STATES.includes(state) || state === 'offered';
  return {
    applications: [...applications]
      .sort((a, b) => Number(turn(b)) - Number(turn(a)))
      .flatMap((application) => {
        const call = calls.get(application.callId);
        if (!call) return [];
        const until = application.state === 'draft' ? call.closesAt : application.dueAt;
        const reader = readerOf(translator, ctx, call, call.timeZone);
        return [
          {
            href: `/applications/${application.id}`,
            title: translator.localized(ctx.language, call.title),
            number: application.number,
            state: presentState(application),
            sentence: presentStateSentence(application),
            deadline: turn(application) && until ? presentDeadline(reader, until) : null,
          },
        ];
      }),
  };
}
