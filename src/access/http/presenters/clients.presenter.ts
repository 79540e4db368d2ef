import type { Message } from '../../../platform/http/page.js';
import type { Translator } from '../../../platform/i18n/translator.js';
import type { FieldProblem } from '../../../shared/domain-error.js';
import type { Id } from '../../../shared/ids.js';
import type { Language } from '../../../shared/language.js';
import type { DisplayName } from '../../data/people.js';
import type { RegisteredClient } from '../../data/integration-clients.js';
import type { ApiScope } from '../../domain/api-scopes.js';
import { statusOf } from '../dto/client-resources.js';
import type { ClientStatus } from '../dto/client-resources.js';
import { actWords } from './rights.presenter.js';

type Words = Message | string;

/** A status as `components/state-tag.njk` draws it. */
interface StatusTag {
  readonly kind: 'leaf' | 'brick' | 'grey';
  readonly text: Message;
}

/** What `templates/access/clients.njk` shows. */
export interface ClientsView {
  readonly mayRegister: boolean;
  readonly clients: readonly {
    readonly href: string;
    readonly name: string;
    readonly institution: string;
    readonly status: StatusTag;
    readonly scopes: readonly string[];
    readonly until: string;
  }[];
  /** Address of the next page; null on the last. */
  readonly more: string | null;
}

/** What `templates/access/client.njk` shows. */
export interface ClientView {
  readonly name: string;
  readonly status: StatusTag;
  readonly rows: readonly {
    readonly label: Message;
    readonly value?: Words;
    readonly values?: readonly Words[];
  }[];
  readonly revoke: {
    readonly action: string;
    readonly problems: readonly { readonly message: string; readonly href: string }[];
    readonly field: object;
  } | null;
}

/** What `templates/access/client-new.njk` shows: the fields as `components/field.njk` draws them. */
export interface NewClientView {
  readonly fields: readonly object[];
  readonly problems: readonly { readonly message: string; readonly href: string }[];
}

/** What was typed, as it was typed. */
export interface TypedClient {
  readonly institutionId: string;
  readonly name: string;
  readonly issuer: string;
  readonly subject: string;
  readonly scopes: readonly string[];
  readonly until: { readonly day: string; readonly month: string; readonly year: string };
  readonly reason: string;
}

const KINDS: Readonly<Record<ClientStatus, StatusTag['kind']>> = {
  in_force: 'leaf',
  expired: 'grey',
  revoked: 'brick',
};

/** Fields that are called otherwise than their labels. */
const LABELS: Readonly<Record<string, string>> = { validUntil: 'until' };

/** A registration ends with a day, wherever its readers are: days here are those of UTC. */
const ZONE = 'UTC';

export function presentClients(
  translator: Translator,
  language: Language,
  now: Date,
  page: {
    readonly clients: readonly RegisteredClient[];
    readonly institutionNames: ReadonlyMap<Id, string>;
    readonly mayRegister: boolean;
    readonly more: string | null;
  },
): ClientsView {
  return {
    mayRegister: page.mayRegister,
    clients: page.clients.map((client) => ({
      href: `/admin/clients/${client.id}`,
      name: client.name,
      institution: page.institutionNames.get(client.institutionId) ?? client.institutionId,
      status: tagOf(client, now),
      scopes: client.scopes,
      until: client.validUntil ? translator.date(language, client.validUntil, ZONE) : '—',
    })),
    more: page.more,
  };
}

export function presentClient(
  translator: Translator,
  language: Language,
  now: Date,
  page: {
    readonly client: RegisteredClient;
    readonly institutionName: string;
    readonly people: ReadonlyMap<Id, DisplayName>;
    readonly scopes: readonly ApiScope[];
    readonly mayRevoke: boolean;
    readonly reason: string;
    readonly problems: readonly FieldProblem[];
  },
): ClientView {
  const { client } = page;
  const date = (instant: Date) => translator.date(language, instant, ZONE);
  const label = (key: string): Message => ({ key: `access.clients.${key}` });
  const byWhom = (id: Id | null, at: Date): Words => {
    const name = id === null ? undefined : page.people.get(id)?.name;
    return name === undefined ? date(at) : { key: 'access.clients.byAt', values: { name, date: date(at) } };
  };
  return {
    name: client.name,
    status: tagOf(client, now),
    rows: [
      { label: label('institution'), value: page.institutionName },
      {
        label: label('scopes'),
        values: client.scopes.map((scope) => scopeWords(translator, language, scope, page.scopes)),
      },
      { label: label('issuer'), value: client.issuer },
      { label: label('subject'), value: client.subject },
      { label: label('until'), value: client.validUntil ? date(client.validUntil) : '—' },
      { label: label('registered'), value: byWhom(client.grantedBy, client.createdAt) },
      { label: label('reason'), value: client.reason },
      ...(client.revokedAt && client.revokeReason !== null
        ? [
            { label: label('revoked'), value: byWhom(client.revokedBy, client.revokedAt) },
            { label: label('revokeReason'), value: client.revokeReason },
          ]
        : []),
    ],
    revoke: page.mayRevoke
      ? {
          action: `/admin/clients/${client.id}/revoke`,
          problems: summaryOf(translator, language, page.problems),
          field: {
            kind: 'textarea',
            name: 'reason',
            label: label('revokeReason'),
            hint: label('revokeReasonHint'),
            value: page.reason,
            rows: 3,
            ...errorAt(page.problems, 'reason'),
          },
        }
      : null,
  };
}

export function presentNewClient(
  translator: Translator,
  language: Language,
  page: {
    readonly typed: TypedClient;
    readonly problems: readonly FieldProblem[];
    readonly institutions: readonly { readonly id: Id; readonly name: string }[];
    readonly issuers: readonly string[];
    readonly scopes: readonly ApiScope[];
  },
): NewClientView {
  const { typed, problems } = page;
  const question = (kind: string, name: keyof TypedClient, field: string, more: object) => ({
    kind,
    name: field,
    label: { key: `access.clients.${name}` },
    hint: { key: `access.clients.${name}Hint`, values: { parameter: 'client_id' } },
    value: typed[name],
    ...errorAt(problems, field),
    ...more,
  });
  const byName = [...page.institutions].sort((one, other) => one.name.localeCompare(other.name, language));
  const acts = ({ clientActions }: ApiScope) =>
    clientActions.map((action) => translator.t(language, actWords(action).key)).join(' · ');
  return {
    problems: summaryOf(translator, language, problems),
    fields: [
      question('select', 'institutionId', 'institutionId', {
        options: byName.map(({ id, name }) => ({ value: id, label: name })),
      }),
      question('text', 'name', 'name', {}),
      question('radios', 'issuer', 'issuer', {
        options: page.issuers.map((issuer) => ({ value: issuer, label: issuer })),
      }),
      question('text', 'subject', 'subject', {}),
      question('checkboxes', 'scopes', 'scopes', {
        values: typed.scopes,
        options: page.scopes.map((scope) => ({ value: scope.scope, label: scope.scope, hint: acts(scope) })),
      }),
      question('date', 'until', 'validUntil', {}),
      question('textarea', 'reason', 'reason', { rows: 3 }),
    ],
  };
}

function tagOf(client: RegisteredClient, now: Date): StatusTag {
  const status = statusOf(client, now);
  return { kind: KINDS[status], text: { key: `access.clients.status.${status}` } };
}

/** The scope, and in plain words what it lets a machine do. */
function scopeWords(
  translator: Translator,
  language: Language,
  scope: string,
  known: readonly ApiScope[],
): string {
  const actions = known.find((each) => each.scope === scope)?.clientActions ?? [];
  const words = actions.map((action) => translator.t(language, actWords(action).key));
  return [scope, ...words].join(' · ');
}

function errorAt(problems: readonly FieldProblem[], field: string): { readonly error?: Message } {
  const problem = problems.find((each) => each.field === field);
  return problem ? { error: problemWords(problem) } : {};
}

/** In the list of all faults each says of which field it is. */
function summaryOf(translator: Translator, language: Language, problems: readonly FieldProblem[]) {
  return problems.map((problem) => {
    const { key, values } = problemWords(problem);
    const label = translator.t(language, `access.clients.${LABELS[problem.field] ?? problem.field}`);
    return {
      message: `${label}: ${translator.t(language, key, values)}`,
      href: `#field-${problem.field}`,
    };
  });
}

function problemWords({ problem, values }: FieldProblem): Message {
  return values ? { key: `problems.${problem}`, values } : { key: `problems.${problem}` };
}
