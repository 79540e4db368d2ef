import { calendarDay } from '../../../platform/i18n/formats.js';
import type { Message } from '../../../platform/http/page.js';
import type { Id } from '../../../shared/ids.js';
import { commissionProtocolsPolicy, commissionSessionsPolicy } from '../../domain/commission.policy.js';
import { OPEN_ITEMS } from '../../domain/commission.states.js';
import { BALLOTS, CHOICES, countByCountry, lostIn, mayVote, outcomesOf } from '../../domain/procedure.js';
import { reachableIn, voteOn } from '../../data/commission.repository.js';
import type { VoteRow } from '../../data/commission.repository.js';
import type { NamedItem, OpenSession } from '../../operations/read-commission.js';
import type { ActForm, Field, Person, RoomItem, SessionView, VoteView } from '../views/commission-views.js';
import { filesOf, lineOf, termFields, textsOf, withheldLine } from './present-commission.js';
import {
  act,
  bothFields,
  brokenOffRows,
  fieldsOf,
  itemTag,
  noteOf,
  outcomeTag,
  personOf,
  problemsOf,
  protocolTag,
  recusedOf,
  row,
  ruleRows,
  say,
  sessionTag,
  tallyText,
  whenOf,
  whereOf,
  writtenIn,
} from './parts.js';
import type { CommissionReader, RefusedForm } from './parts.js';

/** The room: who is there, what is being dealt with, and what the reader can do now. */
export function presentSession(
  reader: CommissionReader,
  open: OpenSession,
  refused: RefusedForm | null,
): SessionView {
  const { record, protocols } = open;
  const { session, facts, seats } = record;
  const { translator, language } = reader;
  const href = `/commission/sessions/${session.id}`;
  const voters = seats.filter(({ present, part }) => present && mayVote(part, session.rules));
  return {
    id: session.id,
    href,
    number: session.number,
    version: session.version,
    state: sessionTag(session.state),
    live: session.state !== 'closed' && session.state !== 'cancelled',
    rows: [
      row(session.openedAt ? 'planned' : 'when', whenOf(reader, session.startsAt, session.timeZone)),
      row('minutes', say('facts.minutes_are', { minutes: session.minutes })),
      row('where', whereOf(session)),
      row('countries', facts.countries.map((code) => translator.countryName(language, code)).join(' · ')),
      row('chair', translator.countryName(language, session.chairCountry)),
      ...(session.openedAt ? [row('opened', whenOf(reader, session.openedAt, session.timeZone))] : []),
      ...(session.closedAt ? [row('closed', whenOf(reader, session.closedAt, session.timeZone))] : []),
    ],
    rules: ruleRows(reader, session.rules),
    problems: problemsOf(refused),
    note: noteOf(refused),
    people: seats.map((seat) =>
      personOf(
        reader,
        open.names,
        seat.personId,
        seat.country,
        say(`seats.${seat.part}_${seat.present ? 'present' : seat.came ? 'left' : 'absent'}`),
      ),
    ),
    quorum: say('quorum_is', {
      quorum: session.rules.quorum,
      present: Object.entries(countByCountry(facts.countries, voters))
        .map(([code, count]) => `${translator.countryName(language, code)}: ${count}`)
        .join(' · '),
    }),
    items: record.agenda.map(({ itemId }) => {
      const named = open.items.find(({ item }) => item.id === itemId);
      return named ? roomItem(reader, open, named, refused) : withheldItem(reader, open, itemId);
    }),
    acts: actsOn(reader, open, href),
    early: earlyNote(reader, open),
    plans: plansOf(reader, open, href, refused),
    protocols: protocols.map(({ id, number, state }) => ({
      href: `/commission/protocols/${id}`,
      number,
      state: protocolTag(state),
    })),
  };
}

function comesLater({ now }: CommissionReader, { record: { session } }: OpenSession): boolean {
  return calendarDay(now, session.timeZone) < calendarDay(session.startsAt, session.timeZone);
}

function earlyNote(reader: CommissionReader, open: OpenSession): Message | null {
  const { session, facts } = open.record;
  const plans = commissionSessionsPolicy.decide(reader.actor, 'commission_session.plan', facts).allowed;
  return plans && session.state === 'planned' && comesLater(reader, open)
    ? say('session.early', {
        day: reader.translator.dateInSentence(reader.language, session.startsAt, session.timeZone),
      })
    : null;
}

function actsOn(reader: CommissionReader, open: OpenSession, href: string): ActForm[] {
  const { actor } = reader;
  const { record, protocols } = open;
  const { session, facts } = record;
  const may = (action: string) =>
    commissionSessionsPolicy.decide(actor, `commission_session.${action}`, facts).allowed;
  const there = facts.present.includes(actor.personId ?? '');
  const forms: ActForm[] = [];
  if (may('attend')) {
    forms.push(there ? act('leave', `${href}/leave`, 'leave') : act('attend', `${href}/attend`, 'attend'));
  }
  if (may('conduct')) {
    if (session.state === 'planned') {
      if (!comesLater(reader, open)) forms.push(act('open', `${href}/open`, 'open'));
    }
    if (session.state === 'interrupted') forms.push(act('open', `${href}/open`, 'resume'));
    if (session.state === 'open') {
      forms.push(act('interrupt', `${href}/interrupt`, 'interrupt'));
      forms.push(act('close', `${href}/close`, 'close', [], { warning: true }));
    }
  }
  const drafts = commissionProtocolsPolicy.decide(actor, 'commission_protocol.draft', {
    state: 'draft',
    countries: facts.countries,
    agreed: [],
    signed: [],
    withheld: false,
  }).allowed;
  if (session.state === 'closed' && protocols.length === 0 && drafts) {
    forms.push(act('protocol', `${href}/protocol`, 'draft_protocol'));
  }
  return forms;
}

function plansOf(
  reader: CommissionReader,
  open: OpenSession,
  href: string,
  refused: RefusedForm | null,
): ActForm[] {
  const { record, candidates, free, items, names } = open;
  const { session, facts, seats, agenda } = record;
  const { translator, language, actor } = reader;
  if (!commissionSessionsPolicy.decide(actor, 'commission_session.plan', facts).allowed) return [];
  const named = (each: NamedItem) => {
    const { reference, title } = lineOf(reader, each);
    return [reference, typeof title.text === 'string' ? title.text : translator.t(language, title.text.key)]
      .filter(Boolean)
      .join(' · ');
  };
  const onAgenda = agenda.flatMap(({ itemId }) =>
    items.filter(({ item }) => item.id === itemId && OPEN_ITEMS.includes(item.state)),
  );
  const agendaFields: Field[] = [...onAgenda, ...free].map((each, index) => ({
    kind: 'number',
    name: `item-${each.item.id}`,
    label: named(each),
    value: index < onAgenda.length ? String(index + 1) : '',
    width: 2,
  }));
  const inviteField: Field = {
    kind: 'checkboxes',
    name: 'person',
    label: say('fields.invited'),
    values: seats.map(({ personId }) => personId),
    options: candidates.map(({ id, name, country, part }) => ({
      value: id,
      label: `${names.get(id)?.name ?? name} (${translator.countryName(language, country)}, ${translator.t(language, `roles.commission_${part}`)})`,
    })),
  };
  const terms = termFields([...new Set([session.timeZone])], {
    startsAt: localTime(session.startsAt, session.timeZone),
    timeZone: session.timeZone,
    minutes: String(session.minutes),
    place: session.place ?? '',
    link: session.link ?? '',
  });
  return [
    act('agenda', `${href}/agenda`, 'save_agenda', fieldsOf('agenda', refused, agendaFields), {
      title: say('plans.agenda'),
      text: say(agendaFields.length > 0 ? 'plans.agenda_text' : 'plans.agenda_empty'),
    }),
    act('invite', `${href}/invite`, 'save_invited', [inviteField], { title: say('plans.invite') }),
    act('move', `${href}/move`, 'move', fieldsOf('move', refused, terms), { title: say('plans.move') }),
    act('cancel', `${href}/cancel`, 'cancel', [], {
      title: say('plans.cancel'),
      text: say('plans.cancel_text'),
      warning: true,
    }),
  ];
}

/** `2027-03-12 10:00`, as the form takes it. */
export function localTime(at: Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  return parts.format(at);
}

function withheldItem(
  reader: CommissionReader,
  { record, names, undecided }: OpenSession,
  itemId: Id,
): RoomItem {
  const { session, facts } = record;
  const current = session.currentItem === itemId;
  const conducts = commissionSessionsPolicy.decide(reader.actor, 'commission_session.conduct', facts).allowed;
  const recused = recusedOf(
    reader,
    names,
    record.seats,
    record.recusals.filter((each) => each.itemId === itemId),
  );
  return {
    ...withheldLine(recused),
    id: itemId,
    current,
    file: null,
    files: [],
    leads: null,
    texts: [],
    notes: [],
    votes: [],
    decision: null,
    acts:
      conducts && session.state === 'open' && !current && undecided.includes(itemId)
        ? [act(`take-${itemId}`, `/commission/sessions/${session.id}/items/${itemId}/take-up`, 'take_up')]
        : [],
  };
}

function roomItem(
  reader: CommissionReader,
  open: OpenSession,
  named: NamedItem,
  refused: RefusedForm | null,
): RoomItem {
  const { record, names } = open;
  const { item } = named;
  const decided = record.decided.find((each) => each.itemId === item.id);
  const entry = record.agenda.find((each) => each.itemId === item.id);
  const countryOf = (id: Id) => record.seats.find(({ personId }) => personId === id)?.country ?? '';
  return {
    ...lineOf(reader, named),
    id: item.id,
    state: decided ? outcomeTag(decided.outcome) : itemTag(entry?.takenUpAt ? 'discussed' : item.state),
    current: record.session.currentItem === item.id,
    file: named.summary?.href ?? null,
    files: filesOf(reader, item.id, open.files.get(item.id) ?? [], false),
    leads: standsInOn(reader, open, item.id) ? say('session.stands_in') : null,
    texts: textsOf(reader, item),
    recused: recusedOf(
      reader,
      names,
      record.seats,
      record.recusals.filter((each) => each.itemId === item.id),
    ),
    notes: record.notes
      .filter((each) => each.itemId === item.id)
      .map(({ authorId, words, official, writtenAt }) => ({
        official,
        by: personOf(
          reader,
          names,
          authorId,
          countryOf(authorId),
          whenOf(reader, writtenAt, record.session.timeZone),
        ),
        words: writtenIn(reader, words),
      })),
    votes: record.votes.filter((each) => each.itemId === item.id).map((vote) => voteView(reader, open, vote)),
    decision: decided
      ? { outcome: outcomeTag(decided.outcome), words: writtenIn(reader, decided.words) }
      : null,
    acts: actsOnItem(reader, open, named, refused),
  };
}

/** Whether the reader, who is no secretary, leads this item. */
function standsInOn(
  { actor }: CommissionReader,
  { record: { session, facts } }: OpenSession,
  itemId: Id,
): boolean {
  const may = (action: string) =>
    commissionSessionsPolicy.decide(actor, `commission_session.${action}`, facts).allowed;
  return session.currentItem === itemId && may('lead_item') && !may('conduct');
}

function voteView(reader: CommissionReader, { record, names }: OpenSession, vote: VoteRow): VoteView {
  const { translator, language } = reader;
  const ballots = record.ballots.filter(({ voteId }) => voteId === vote.id);
  const given = ballots.filter(({ votedAt }) => votedAt).length;
  return {
    title: say(`vote.${vote.ballot}`),
    state: vote.brokenOff
      ? { kind: 'grey', text: say('vote.broken_off') }
      : vote.closedAt
        ? {
            kind: vote.result === 'yes' ? 'leaf' : vote.result === 'no' ? 'brick' : 'brass',
            text: say(`vote.results.${vote.result ?? 'none'}`),
          }
        : { kind: 'sky', text: say('vote.going_on', { given, all: ballots.length }) },
    rows: [
      row(
        'entitled',
        Object.entries(vote.entitled)
          .map(([code, count]) => `${translator.countryName(language, code)}: ${count}`)
          .join(' · '),
      ),
      ...(vote.brokenOff ? brokenOffRows(reader, vote.brokenOff, vote.brokenOffWords ?? {}) : []),
      ...(vote.tally ?? []).map((tally, index) => ({
        label:
          vote.ballot === 'open'
            ? translator.countryName(language, record.facts.countries[index] ?? '')
            : say('vote.together'),
        value: tallyText(tally),
      })),
    ],
    voters: ballots.map(({ personId, country, votedAt, choice }): Person => {
      const detail: Message = votedAt
        ? // How others vote is shown when the vote is over, unless it counts nowhere.
          choice && vote.closedAt && !vote.brokenOff
          ? say(`choices.${choice}`)
          : say('vote.given')
        : say(vote.closedAt ? 'vote.not_given' : 'vote.awaited');
      return personOf(reader, names, personId, country, detail);
    }),
  };
}

function actsOnItem(
  reader: CommissionReader,
  { record, languages }: OpenSession,
  { item }: NamedItem,
  refused: RefusedForm | null,
): ActForm[] {
  const { session, facts, votes, ballots, decided, agenda, recusals } = record;
  const { actor } = reader;
  const may = (action: string) =>
    commissionSessionsPolicy.decide(actor, `commission_session.${action}`, facts).allowed;
  const href = `/commission/sessions/${session.id}/items/${item.id}`;
  const goingOn = votes.find(({ closedAt }) => !closedAt);
  const vote = voteOn(votes, item.id);
  const done = decided.some((each) => each.itemId === item.id);
  const current = session.currentItem === item.id;
  const taken = agenda.some((each) => each.itemId === item.id && each.takenUpAt);
  const mine = ballots.find((each) => each.voteId === vote?.id && each.personId === actor.personId);
  const form = (
    id: string,
    path: string,
    button: string,
    fields: readonly Field[] = [],
    more: Parameters<typeof act>[4] = {},
  ) => {
    const name = `${id}-${item.id}`;
    return act(name, `${href}/${path}`, button, fieldsOf(name, refused, fields), more);
  };
  const forms: ActForm[] = [];
  const open = session.state === 'open';
  const leads = may('conduct') || (current && may('lead_item'));
  if (open && may('vote') && vote && !vote.closedAt && mine && !mine.votedAt) {
    forms.push(
      act(
        `vote-${item.id}`,
        `/commission/sessions/${session.id}/votes/${vote.id}`,
        'vote',
        fieldsOf(`vote-${item.id}`, refused, [
          {
            kind: 'radios',
            name: 'ballot',
            label: say('fields.ballot'),
            hint: say(`vote.${vote.ballot}_text`),
            options: CHOICES.map((choice) => ({ value: choice, label: say(`choices.${choice}`) })),
          },
        ]),
        { title: say(`vote.${vote.ballot}`) },
      ),
    );
  }
  if (open && leads && !done) {
    if (may('conduct') && !current && !goingOn && OPEN_ITEMS.includes(item.state))
      forms.push(form('take', 'take-up', 'take_up'));
    if (current && !vote) {
      forms.push(
        form(
          'open-vote',
          'vote',
          'open_vote',
          [
            {
              kind: 'radios',
              name: 'how',
              label: say('rules.ballot'),
              value: session.rules.ballot,
              options: BALLOTS.map((ballot) => ({ value: ballot, label: say(`rules.ballots.${ballot}`) })),
            },
          ],
          { title: say('vote.put') },
        ),
      );
    }
    if (vote && !vote.closedAt) {
      forms.push(
        act(
          `close-vote-${item.id}`,
          `/commission/sessions/${session.id}/votes/${vote.id}/close`,
          'close_vote',
        ),
        breakOffForm(reader, { record, languages }, vote, refused),
      );
    }
    if (taken && (!vote || vote.closedAt)) {
      const outcomes = outcomesOf(vote?.result ?? null, session.rules);
      forms.push(
        form(
          'decide',
          'decide',
          'decide',
          [
            {
              kind: 'radios',
              name: 'outcome',
              label: say('fields.outcome'),
              value: outcomes[0] ?? '',
              options: outcomes.map((outcome) => ({ value: outcome, label: say(`outcomes.${outcome}`) })),
            },
            ...bothFields(reader, 'decision', languages),
          ],
          { title: say('decide.title'), text: say(vote ? 'decide.text' : 'decide.without_vote') },
        ),
      );
    }
  }
  if (open && may('note') && !done) {
    const secretary = record.seats.find(({ personId }) => personId === actor.personId)?.part === 'secretary';
    forms.push(
      form(
        'note',
        'notes',
        'note',
        secretary
          ? bothFields(reader, 'note', languages, { rows: 3 })
          : [{ kind: 'textarea', name: 'note-0', label: say('fields.own_note'), rows: 3 }],
        { title: say(secretary ? 'notes.official' : 'notes.own') },
      ),
    );
  }
  const aside = recusals.some((each) => each.itemId === item.id && each.personId === actor.personId);
  if (may('stand_aside') && !done && !aside && !mine?.votedAt) {
    forms.push(
      form('aside', 'stand-aside', 'stand_aside', [], { text: say('stand_aside_text'), warning: true }),
    );
  }
  return forms;
}

/** Folded away while the vote can still be counted; where it cannot, this is the way on. */
function breakOffForm(
  reader: CommissionReader,
  { record, languages }: Pick<OpenSession, 'record' | 'languages'>,
  vote: VoteRow,
  refused: RefusedForm | null,
): ActForm {
  const { session, facts } = record;
  const id = 'break-off-vote';
  const lost = lostIn(vote, session.rules, facts.countries, reachableIn(record, vote));
  return act(
    id,
    `/commission/sessions/${session.id}/votes/${vote.id}/break-off`,
    'break_off',
    fieldsOf(id, refused, [
      {
        kind: 'radios',
        name: 'reason',
        label: say('fields.broken_off'),
        value: lost[0] ?? '',
        options: [...lost, 'other'].map((reason) => ({
          value: reason,
          label: say(`vote.reasons.${reason}`),
        })),
      },
      ...bothFields(reader, 'why', languages, { rows: 2, optional: true, hint: say('fields.why_hint') }),
    ]),
    {
      title: say('vote.break_off'),
      text: say(lost.length > 0 ? 'vote.break_off_lost' : 'vote.break_off_text'),
      warning: lost.length === 0 && refused?.form !== id,
    },
  );
}
