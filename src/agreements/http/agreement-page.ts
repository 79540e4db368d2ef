import { Injectable } from '@nestjs/common';
import { Decisions } from '../../approvals/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { STATUS } from '../../platform/http/error-status.js';
import { view } from '../../platform/http/page.js';
import type { Message, View } from '../../platform/http/page.js';
import type { DomainError } from '../../shared/domain-error.js';
import { parseDate } from '../../shared/parse-entry.js';
import { AgreementPorts } from '../agreement-ports.js';
import { AgreementVersions } from '../data/agreement-versions.js';
import { versionOn } from '../domain/agreement.js';
import type { AgreementView, SignedOnPaper, VersionView } from '../domain/agreement.js';
import { BOUND_STATES } from '../domain/agreement.states.js';
import {
  dayWords,
  presentAgreement,
  presentAnnexes,
  presentDocument,
  versionTag,
} from './agreement-presenter.js';
import type { Reader } from './agreement-presenter.js';
import { control } from './editor/editor-forms.js';
import { editorHref, problemLink } from './editor/present-editor.js';
import type { Typed } from './editor/typed.js';
import { AgreementDocuments } from '../operations/agreement-documents.js';
import { ReadAgreement } from './read-agreement.js';
import type { ReadableAgreement } from './read-agreement.js';
import type { ActForm, AgreementWholeView, VersionRow } from './views/agreement-views.js';

/** A form of the page that came back. */
export interface RefusedAct {
  readonly typed: Typed;
  readonly error: DomainError;
}

/** The whole page of an agreement, for whoever reads it and with what they may do. */
@Injectable()
export class AgreementPage {
  constructor(
    private readonly reading: ReadAgreement,
    private readonly versions: AgreementVersions,
    private readonly decisions: Decisions,
    private readonly ports: AgreementPorts,
    private readonly documents: AgreementDocuments,
  ) {}

  async show(
    ctx: Ctx,
    reference: string,
    query: Readonly<Record<string, string>>,
    refused: RefusedAct | null = null,
  ): Promise<View> {
    const record = await this.reading.byReference(ctx, reference);
    const { agreement, open } = record;
    const reader = this.reading.reader(ctx);
    const seen = await this.reading.versionsOf(ctx, record);
    const base = presentAgreement(reader, agreement, this.ports.fieldsOfStudy());
    const href = `/agreements/${encodeURIComponent(agreement.reference)}`;
    // What is decided beside it is what the reader looks at where anything is decided.
    const judged =
      open?.state === 'proposed' ? open : (seen.find(({ state }) => BOUND_STATES.includes(state)) ?? null);
    const takes = this.reading.may(ctx, 'agreement.take_files', record, 'agreement');
    const { paper } = judged?.content ?? {};
    const model: AgreementWholeView = {
      ...base,
      facts: [...base.facts, ...(paper ? paperFacts(reader, paper) : [])],
      document: judged && takes ? await this.document(ctx, reader, agreement.reference, judged) : null,
      annexes: judged ? presentAnnexes(reader, agreement.reference, judged, takes) : [],
      problems: problemsOf(reader, refused),
      open: open
        ? {
            text: {
              key: agreement.inForceFrom === null ? 'agreements.open.first' : 'agreements.open.beside',
              values: { number: open.number },
            },
            href: `${href}/versions/${open.number}`,
            state: versionTag(open.state),
          }
        : null,
      agreed: judged ? await this.agreed(ctx, reader, agreement, judged, record.inside) : [],
      versions: seen.map((version) => versionRow(reader, href, version, seen)),
      calls: (await this.ports.calls(ctx, agreement.id)).map((call) => ({
        href: `/calls/${call.slug}`,
        title: reader.translator.localized(reader.language, call.title),
        text: {
          key: 'agreements.calls.places',
          values: { year: call.academicYear, places: call.places, taken: call.taken },
        },
      })),
      acts: record.inside ? await this.acts(ctx, reader, record, refused) : [],
      peopleHref: this.reading.may(ctx, 'agreement.read_people', record, 'agreement')
        ? `${href}/people`
        : null,
      balanceHref: agreement.inForceFrom === null ? null : this.ports.balanceHref(ctx, agreement.id),
      asOf: asOf(reader, href, seen, query),
    };
    return view('agreements/agreement.njk', model, {
      status: refused ? STATUS[refused.error.code] : 200,
      title: { key: 'agreements.named', values: { title: model.title || agreement.reference } },
    });
  }

  /** The text of a version as a document, for whoever may take it. */
  async document(ctx: Ctx, reader: Reader, reference: string, version: VersionView) {
    return presentDocument(reader, reference, version, await this.documents.of(ctx, version.id));
  }

  /** Who has said what of a version: each institution, then both countries where they are asked. */
  private async agreed(
    ctx: Ctx,
    reader: Reader,
    agreement: AgreementView,
    version: VersionView,
    inside: boolean,
  ): Promise<AgreementWholeView['agreed']> {
    const { translator, language } = reader;
    const verdicts = await this.versions.verdicts(ctx, [version.id]);
    const institutions = agreement.parties.flatMap(({ institutionId, name }) => {
      if (institutionId === null) return [];
      const said = verdicts.find((verdict) => verdict.institutionId === institutionId);
      return [
        {
          party: translator.localized(language, name),
          tag: verdictTag(said?.verdict ?? (version.content.paper ? 'on_paper' : 'pending')),
          on: said ? translator.date(language, said.givenAt, 'UTC') : null,
          reason: inside ? (said?.reason ?? null) : null,
        },
      ];
    });
    if (!version.ministries) return institutions;
    const decision = await this.decisions.ofSubject(ctx, { kind: 'agreement', id: agreement.id });
    const sides =
      decision && decision.subjectHash === version.contentHash ? [decision.home, decision.host] : [];
    const countries = [...new Set(agreement.parties.map(({ country }) => country))];
    return [
      ...institutions,
      ...countries.map((country) => {
        const side = sides.find((each) => each.country === country);
        const state = side?.state ?? (BOUND_STATES.includes(version.state) ? 'approved' : 'pending');
        const given = side && !['pending', 'in_review'].includes(side.state);
        return {
          party: translator.t(language, 'agreements.agreed.ministry', {
            country: translator.countryName(language, country),
          }),
          tag: verdictTag(state),
          on: given ? translator.date(language, side.since, 'UTC') : null,
          reason: inside ? (side?.reasonText ?? null) : null,
        };
      }),
    ];
  }

  private async acts(
    ctx: Ctx,
    reader: Reader,
    record: ReadableAgreement,
    refused: RefusedAct | null,
  ): Promise<readonly ActForm[]> {
    const { agreement, open } = record;
    const href = `/agreements/${encodeURIComponent(agreement.reference)}`;
    const page = { typed: refused?.typed ?? {}, problems: refused?.error.fields ?? [] };
    const may = (action: string, upon: 'version' | 'agreement') =>
      this.reading.may(ctx, `agreement.${action}`, record, upon);
    const form = (act: string, more: Partial<ActForm>): ActForm => ({
      act,
      action: `${href}/${act.replaceAll('_', '-')}`,
      title: { key: `agreements.acts.${act}` },
      does: [{ key: `agreements.does.${act}` }],
      fields: [],
      hidden: [],
      buttons: [],
      href: null,
      ...more,
    });
    const button = (value: string, kind: ActForm['buttons'][number]['kind']) => ({
      value,
      kind,
      text: { key: `agreements.buttons.${value}` },
    });
    const reason = (act: string) =>
      control(page, 'reason', 'textarea', {
        rows: 3,
        hint: { key: `agreements.editor.hints.reason_${act}` },
      });
    const acts: ActForm[] = [];
    if (open?.state === 'draft' && may('edit', 'version')) {
      acts.push(form('edit', { href: editorHref(agreement.reference) }));
    }
    if (open?.state === 'proposed' && may('answer', 'version')) {
      acts.push(
        form('answer', {
          hidden: [{ name: 'hash', value: open.contentHash }],
          does: [
            { key: 'agreements.does.answer' },
            { key: 'agreements.hash_short', values: { hash: open.contentHash.slice(0, 12) } },
          ],
          fields: [control(page, 'office', 'text'), reason('answer')],
          buttons: [
            button('approved', 'primary'),
            button('returned', 'secondary'),
            button('declined', 'warning'),
          ],
        }),
      );
    }
    if (open?.state === 'proposed' && may('bring_into_force', 'version')) {
      acts.push(
        form('bring_into_force', {
          fields: [
            control(page, 'signedOn', 'date'),
            ...(open.content.validFrom === undefined
              ? [
                  control(page, 'inForceFrom', 'date'),
                  control(page, 'inForceUntil', 'date', { optional: true }),
                ]
              : []),
          ],
          buttons: [button('bring_into_force', 'primary')],
        }),
      );
    }
    if (open?.state === 'proposed' && may('withdraw', 'version')) {
      acts.push(form('withdraw', { fields: [reason('withdraw')], buttons: [button('withdraw', 'warning')] }));
    }
    if (!open && may('revise', 'agreement')) {
      const anew = agreement.inForceFrom === null;
      acts.push(
        form('revise', {
          title: { key: `agreements.acts.revise${anew ? '_anew' : ''}` },
          does: [{ key: `agreements.does.revise${anew ? '_anew' : ''}` }],
          buttons: anew
            ? [button('change', 'secondary')]
            : [button('renew', 'secondary'), button('change', 'secondary')],
        }),
      );
    }
    if (agreement.terminatesOn === null && may('terminate', 'agreement')) {
      acts.push(form('terminate', { href: `${href}/terminate` }));
    }
    return acts;
  }
}

function problemsOf(reader: Reader, refused: RefusedAct | null): AgreementWholeView['problems'] {
  if (!refused) return [];
  const { error } = refused;
  return [
    ...error.fields.map((problem) => problemLink(reader, problem, `#field-${problem.field}`)),
    ...error.blockers.map(({ code, values }) => ({
      message: blockerWords(reader, code, values),
      href: null,
    })),
    ...(error.code === 'stale' ? [{ message: { key: 'agreements.stale' }, href: null }] : []),
  ];
}

/** Countries, categories and years of a quota by their names. */
function blockerWords(
  { translator, language }: Reader,
  code: string,
  values: Message['values'] = {},
): Message {
  const named = Object.entries(values).map(([name, value]) => {
    if (name === 'home' || name === 'host') return [name, translator.countryName(language, String(value))];
    if (name === 'category') return [name, translator.t(language, `agreements.categories.${value}`)];
    return [name, value];
  });
  return { key: `blockers.${code}`, values: Object.fromEntries(named) as NonNullable<Message['values']> };
}

/** That it was signed on paper, and by what whoever keeps the paper knows it. */
export function paperFacts(reader: Reader, paper: SignedOnPaper): AgreementWholeView['facts'] {
  return [
    { label: { key: 'agreements.facts.signed_on_paper' }, value: dayWords(reader, paper.signedOn) },
    { label: { key: 'agreements.facts.external_reference' }, value: paper.externalReference },
  ];
}

function verdictTag(state: string): AgreementWholeView['agreed'][number]['tag'] {
  const kinds = {
    approved: 'leaf',
    approved_with_conditions: 'leaf',
    on_paper: 'grey',
    pending: 'brass',
    in_review: 'sky',
  } as const;
  const kind = state in kinds ? kinds[state as keyof typeof kinds] : 'brick';
  return { kind, text: { key: `agreements.agreed.states.${state}` } };
}

function versionRow(
  reader: Reader,
  href: string,
  version: VersionView,
  all: readonly VersionView[],
): VersionRow {
  const before = all.find(({ number }) => number < version.number);
  const from = version.inForceFrom ?? version.content.validFrom;
  const until = version.endedOn ?? version.inForceUntil ?? version.content.validUntil;
  return {
    number: version.number,
    href: `${href}/versions/${version.number}`,
    state: versionTag(version.state),
    term: [from, until].flatMap((day) => (day ? [dayWords(reader, day)] : [])).join(' – '),
    reason: version.closing?.reason ?? null,
    compareHref: before ? `${href}/compare?from=${before.number}&to=${version.number}` : null,
  };
}

/** "What was in force on …": any day, as anybody may type it. */
function asOf(
  reader: Reader,
  href: string,
  versions: readonly VersionView[],
  query: Readonly<Record<string, string>>,
): AgreementWholeView['asOf'] {
  const parts = ['day', 'month', 'year'].map((part) => query[`on-${part}`] ?? '');
  const asked = parts.some((part) => part !== '');
  const entry = parseDate(parts.join(' '));
  const typed = { 'on-day': parts[0] ?? '', 'on-month': parts[1] ?? '', 'on-year': parts[2] ?? '' };
  const problems = asked && !entry.ok ? [{ field: 'on', problem: entry.problem }] : [];
  const found = asked && entry.ok ? versionOn(versions, entry.value) : null;
  const day = entry.ok ? dayWords(reader, entry.value) : '';
  return {
    field: control({ typed, problems }, 'on', 'date'),
    action: href,
    answer:
      asked && entry.ok
        ? found
          ? { key: 'agreements.as_of.version', values: { day, number: found.number } }
          : { key: 'agreements.as_of.none', values: { day } }
        : null,
    href: found ? `${href}/versions/${found.number}` : null,
  };
}
