import { NO_INSTITUTION, ruleSql } from '../../calls/public.js';
import type { ConditionKind, Rule, SqlValue } from '../../calls/public.js';
import type { Id } from '../../shared/ids.js';
import { HOLDS_PLACE } from '../domain/application.states.js';

/** Whether what was submitted meets the conditions of the call. */
export const MEETS = ['yes', 'no', 'unknown'] as const;
export type Meets = (typeof MEETS)[number];

/** Conditions of a call in one version of its form. */
export interface ConditionsOfForm {
  readonly version: number;
  /** Null: it sets none, so that everybody meets them. */
  readonly rule: Rule | null;
  /** Where the form asks what each kind of condition is answered by. */
  readonly asked: Readonly<
    Partial<Record<ConditionKind, { readonly section: string; readonly field: string }>>
  >;
  /** Conditions on the actions without which one is not told of them, as SQL on the application `a`. */
  readonly readable: readonly string[];
}

export interface ConditionsOfCall {
  readonly callId: Id;
  readonly stayFrom: string;
  readonly stayUntil: string;
  readonly forms: readonly ConditionsOfForm[];
}

type Bind = (value: SqlValue) => string;

/**
 * Whether the application `a` meets the conditions of its call, not, or not known, as a condition of SQL: by the rule of
 * `judge`, of what was submitted last. Where the reader may not see an answer that a condition rests on, none of the three holds.
 */
export function meetsSql(meets: Meets, call: ConditionsOfCall, bind: Bind): string {
  const forms = call.forms.map(({ version, rule, asked, readable }) => {
    const verdict = rule ? `(select ${ruleSql(rule, bind)} from ${factsSql(call, asked, bind)} f)` : 'true';
    const wanted = { yes: 'is true', no: 'is false', unknown: 'is null' }[meets];
    return `(${[`a.form_version = ${bind(version)}`, ...readable, `${verdict} ${wanted}`].join(' and ')})`;
  });
  return `(a.call_id = ${bind(call.callId)}::uuid and (${forms.join(' or ') || 'false'}))`;
}

/** The facts of `eligibilityFacts`, of what was submitted last by the application `a`: one row. */
function factsSql(call: ConditionsOfCall, asked: ConditionsOfForm['asked'], bind: Bind): string {
  const answer = (kind: ConditionKind) => {
    const at = asked[kind];
    if (!at) return 'null::text';
    return `nullif(jsonb_path_query_first(s.content,
      '$.sections[*] ? (@.section == $section).answers[*] ? (@.question == $question).value',
      jsonb_build_object('section', ${bind(at.section)}::text, 'question', ${bind(at.field)}::text)) #>> '{}', '')`;
  };
  const number = (kind: ConditionKind) =>
    `case when ${answer(kind)} ~ '^-?[0-9]+([.][0-9]+)?(e[+-]?[0-9]+)?$' then (${answer(kind)})::double precision end`;
  return `(select a.home_country,
      ${answer('citizenship')} as citizenship,
      ${answer('age')} as birth_date,
      ${bind(call.stayFrom)}::text as stay_from,
      ${number('level')} as level,
      ${number('year')} as year,
      ${number('grade_average')} as grade_average,
      ${answer('language')} as language_level,
      array(select p.language_level from jsonb_array_elements(s.content -> 'choices') as chosen
        join call_places p on p.id = (chosen ->> 'placeId')::uuid) as place_language_levels,
      case when a.freemover then ${bind(NO_INSTITUTION)}::text
        else coalesce(${answer('home_institution')}, a.home_institution_id::text) end as home_institution_id,
      ${number('experience')} as experience_years,
      (select count(*)::integer from applications o join calls c on c.id = o.call_id
        where o.applicant_id = a.applicant_id and o.id <> a.id and o.state = any (${bind(HOLDS_PLACE)}::text[])
          and daterange(c.stay_from, c.stay_until, '[]')
            && daterange(${bind(call.stayFrom)}::date, ${bind(call.stayUntil)}::date, '[]')) as other_awards
    from application_submissions s where s.application_id = a.id and s.ordinal = a.submissions)`;
}
