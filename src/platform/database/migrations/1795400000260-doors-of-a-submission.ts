import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the owner does for people who act in the same moment. */
const DOOR = `language plpgsql security definer set search_path = public, pg_temp set most.actor_kind = 'system'
        set plan_cache_mode = 'force_generic_plan'`;
/** Who changes what a record refers to holds a lock on it: longer than this nobody waits for it in company. */
const PATIENCE = "set lock_timeout = '200ms'";
const INSTITUTIONS = `select t.id, t.country, t.kind, t.slug, t.domain, t.abbreviation, t.name_native as "nameNative",
  t.native_language as "nativeLanguage", t.name_sr_cyrl as "nameSrCyrl", t.name_sr_latn as "nameSrLatn",
  t.name_ru as "nameRu", t.name_en as "nameEn", t.city_native as "cityNative", t.city_sr_cyrl as "citySrCyrl",
  t.city_ru as "cityRu", t.city_en as "cityEn", t.federal_district as "federalDistrict", t.website, t.ror,
  t.source, t.checked_on::text as "checkedOn" from institutions t`;

/**
 * What several applicants who submit in the same moment ask, and what they write, answered by the owner for all of them at
 * once (see `doors.ts`). The wall of each door is the same for one and for many: of each application that it is asked for,
 * whoever asks for it must be the applicant. Nobody may have been named as the actor of the transaction: within an act these
 * doors are shut.
 */
export class DoorsOfASubmission1795400000260 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create function require_no_act() returns void language plpgsql as $$
      begin
        if coalesce(current_setting('most.instant', true), '') <> '' then
          raise exception 'somebody acts: this door is for those who are asked for together' using errcode = '42501';
        end if;
      end $$;

      -- The applications with all that belongs to them, locked until the end of the transaction. One that another
      -- transaction has locked, or that is not theirs, or of which something else is asked, has no row.
      create function applications_to_submit(persons uuid[], asked jsonb) returns table (place integer,
        id uuid, call_id uuid, form_version integer, applicant_id uuid, co_applicants uuid[], co_authors uuid[],
        home_country text, home_institution_id uuid, home_unit_id uuid, freemover boolean, prepared_by uuid[],
        moved_from uuid, host_country text, host_institution_id uuid, host_unit_id uuid, panel_id uuid,
        independent_assessment boolean, anonymous_reading boolean, state text, result text, reserve_number integer,
        state_since timestamptz, due_at timestamptz, number text, submissions integer, submitted_at timestamptz,
        language text, returned_fields text[], return_reason text, closing_reason text, place_id uuid, place_reserve
        text, access_code_id uuid, access_until timestamptz, carried_from uuid, transferred_at timestamptz, version
        integer, search_key text, created_at timestamptz, p0 json, p1 json, p2 json, p3 json, p4 json, p5 json, p6
        json, p7 json, p8 json, p9 json, p10 json, p11 json, p12 json, p13 json)
        ${DOOR} as $$
      #variable_conflict use_column
      declare
        held uuid[];
        places bigint[];
      begin
        perform require_no_act();
        -- By itself, so that what is read is read after the locks are had. Of two clicks the first one is answered. Where it is
        -- not said how many there may be, PostgreSQL counts on so many that it reads all applications there are.
        select array_agg(locked.id), array_agg(locked.place) into held, places from (
          select a.id, w.place from (
            select distinct on (1) (e.asks #>> '{0,0}')::uuid as application, e.place
            from jsonb_array_elements(asked) with ordinality e (asks, place) order by 1, 2 limit 32) w
          join applications a on a.id = w.application and a.applicant_id = persons[w.place]
          for update of a skip locked) locked;
        return query select h.place::integer,
          a.id, a.call_id, a.form_version, a.applicant_id, a.co_applicants, a.co_authors, a.home_country,
          a.home_institution_id, a.home_unit_id, a.freemover, a.prepared_by, a.moved_from, a.host_country,
          a.host_institution_id, a.host_unit_id, a.panel_id, a.independent_assessment, a.anonymous_reading, a.state,
          a.result, a.reserve_number, a.state_since, a.due_at, a.number, a.submissions, a.submitted_at, a.language,
          a.returned_fields, a.return_reason, a.closing_reason, a.place_id, a.place_reserve, a.access_code_id,
          a.access_until, a.carried_from, a.transferred_at, a.version, a.search_key, a.created_at,
          (select json_agg(q) from (select t.application_id as "applicationId", t.section, t.answers, t.revision,
            t.saved_at as "savedAt" from application_sections t where t.application_id = a.id) q),
          (select json_agg(q) from (select t.application_id as "applicationId", t.rank, t.place_id as "placeId" from
            application_choices t where t.application_id = a.id order by t.rank asc) q),
          (select json_agg(q) from (select id, purpose, text_version as "textVersion", language, given_at as
            "givenAt", withdrawn_at as "withdrawnAt" from consents where subject_kind = 'application' and subject_id
            = a.id and withdrawn_at is null order by given_at, purpose) q),
          (select json_agg(q) from (select t.id, t.application_id as "applicationId", t.state, t.state_since as
            "stateSince", t.name, t.email, t.email_key as "emailKey", t.relation, t.language, t.confidential,
            t.due_at as "dueAt", t.link_id as "linkId", t.created_at as "createdAt", t.reminded_at as "remindedAt",
            t.clock_reminded_at as "clockRemindedAt", t.decline_reason as "declineReason", t.replaced_by as
            "replacedBy" from reference_requests t where t.application_id = a.id order by t.created_at asc, t.id
            asc) q),
          (select json_agg(q) from (select t.id, t.application_id as "applicationId", t.state, t.state_since as
            "stateSince", t.name, t.email, t.email_key as "emailKey", t.part, t.language, t.link_id as "linkId",
            t.link_until as "linkUntil", t.created_at as "createdAt", t.reminded_at as "remindedAt", t.person_id as
            "personId", t.country, t.native_family as "nativeFamily", t.native_given as "nativeGiven",
            t.latin_family as "latinFamily", t.latin_given as "latinGiven", t.passport_family as "passportFamily",
            t.passport_given as "passportGiven", t.accepted_at as "acceptedAt", t.confirmed_hash as "confirmedHash",
            t.confirmed_at as "confirmedAt", t.voided_at as "voidedAt", t.reason from co_applicants t where
            t.application_id = a.id order by t.created_at asc, t.id asc) q),
          (select json_agg(q) from (select t.application_id as "applicationId", t.requirement, t.state,
            t.state_since as "stateSince", t.upload_id as "uploadId", t.reason, t.due_at as "dueAt", t.decided_by as
            "decidedBy", t.decided_for as "decidedFor", t.reminded_at as "remindedAt", t.overdue_told_at as
            "overdueToldAt" from application_documents t where t.application_id = a.id) q),
          (select json_agg(q) from (select t.id, t.application_id as "applicationId", t.requirement, t.upload_id as
            "uploadId", t.replaces_id as "replacesId", t."sha256" as "sha256", t.asked_because as "askedBecause",
            t.given_by as "givenBy", t.given_at as "givenAt", t.accepted_at as "acceptedAt", t.accepted_by as
            "acceptedBy" from application_supplements t where t.application_id = a.id order by t.given_at asc, t.id
            asc) q),
          (select json_agg(q) from (select id, requirement, version, file_name as "fileName", media_type as
            "mediaType", size_bytes as "sizeBytes", pages, sha256, scan, uploaded_at as "uploadedAt", removed_at is
            null as current from uploads where subject_kind = 'application' and subject_id = a.id order by
            requirement, version desc) q),
          (select json_agg(q) from (select lower(email) as email from persons where id = a.applicant_id union select
            lower(email) from identities where person_id = a.applicant_id and email is not null) q),
          (select json_agg(q) from (select t.id, t.slug, t.category, t.route, t.state, t.title, t.summary,
            t.who_may_apply as "whoMayApply", t.funding, t.themes, t.agreement_id as "agreementId", t.academic_year
            as "academicYear", t.time_zone as "timeZone", t.opens_at as "opensAt", t.closes_at as "closesAt",
            t.grace_minutes as "graceMinutes", t.stay_from::text as "stayFrom", t.stay_until::text as "stayUntil",
            t.max_choices as "maxChoices", t.home_endorsement as "homeEndorsement", t.independent_assessment as
            "independentAssessment", t.freemovers, t.promises, t.selection, t.round, t.form_version as
            "formVersion", t.published_hash as "publishedHash", t.published_at as "publishedAt", t.cancelled_reason
            as "cancelledReason", t.version from calls t where t.id = a.call_id) q),
          (select json_agg(q) from (select t.call_id as "callId", t.home_country as "homeCountry", t.host_country as
            "hostCountry" from call_directions t where t.call_id = a.call_id order by t.home_country asc,
            t.host_country asc) q),
          (select json_agg(q) from (select call_id as "callId", version, xmin::text || ' ' || ctid::text as writing
            from call_forms where call_id = a.call_id and version = a.form_version) q),
          (select json_agg(q) from (select t.id, t.call_id as "callId", t.from_place_id as "fromPlaceId",
            t.institution_id as "institutionId", t.unit_id as "unitId", t.field_code as "fieldCode", t.level,
            t.language, t.language_level as "languageLevel", t.months::text as months, t.services, t.facilities,
            t.cost, t.reserved, t.capacity, t.taken, t.reserve_taken as "reserveTaken" from call_places t where t.id
            in (select place_id from application_choices where application_id = a.id)) q),
          (select json_agg(q) from (${INSTITUTIONS}
            where t.id in (select p.institution_id from call_places p where p.id in (select place_id from
            application_choices where application_id = a.id))) q)
          from unnest(held, places) h (id, place) join applications a on a.id = h.id
          where not exists (select from jsonb_array_elements_text(asked -> (h.place::integer - 1) -> 1) value
            where value not in (a.id::text, a.applicant_id::text, 'application'));
      end $$;

      -- How many other places each of them is offered or holds in the time of a stay.
      create function other_awards_to_submit(persons uuid[], asked jsonb) returns table (place integer, count integer)
        ${DOOR} as $$
      begin
        perform require_no_act();
        return query select w.place::integer, (select count(*)::integer from applications a
            join calls c on c.id = a.call_id
            where a.applicant_id = persons[w.place] and a.id <> (w.asks #>> '{0,1}')::uuid
              and a.state = any (array(select jsonb_array_elements_text(w.asks #> '{0,2}')))
              and daterange(c.stay_from, c.stay_until, '[]')
                && daterange((w.asks #>> '{0,3}')::date, (w.asks #>> '{0,4}')::date, '[]'))
          from jsonb_array_elements(asked) with ordinality w (asks, place)
          where w.asks #>> '{0,0}' = persons[w.place]::text;
      end $$;

      -- The institutions that their answers name, which everybody may read, and a number for each.
      create function words_to_submit(persons uuid[], asked jsonb) returns table (place integer, p0 json, p1 json)
        ${DOOR} ${PATIENCE} as $$
      begin
        perform require_no_act();
        return query select w.place::integer,
          (select json_agg(q) from (${INSTITUTIONS}
            where t.id = any (array(select jsonb_array_elements_text(w.asks #> '{0,0}')::uuid))) q),
          (select json_agg(q) from (select next_number('application', w.asks #>> '{0,1}',
            (w.asks #>> '{0,2}')::integer)::text as running) q)
          from jsonb_array_elements(asked) with ordinality w (asks, place);
      end $$;

      -- A number for each, where no answer names an institution.
      create function numbers_to_submit(persons uuid[], asked jsonb) returns table (place integer, p0 json)
        ${DOOR} ${PATIENCE} as $$
      begin
        perform require_no_act();
        return query select w.place::integer,
          (select json_agg(q) from (select next_number('application', w.asks #>> '{0,0}',
            (w.asks #>> '{0,1}')::integer)::text as running) q)
          from jsonb_array_elements(asked) with ordinality w (asks, place);
      end $$;

      -- Likenesses, submission, application, audit entry and event of each, in the name of whoever submits and of nobody else.
      -- All of them or none.
      create function submit_applications(persons uuid[], asked jsonb) returns void
        ${DOOR} ${PATIENCE} as $$
      declare written integer;
      begin
        perform require_no_act();
        with given as materialized (
          select w.place, persons[w.place] as person, (w.asks #>> '{2,8}')::uuid as application,
            w.asks -> 0 as likeness, w.asks -> 1 as submission, w.asks -> 2 as change, w.asks -> 3 as entry,
            w.asks -> 4 as event
          from jsonb_array_elements(asked) with ordinality w (asks, place) limit 32),
        theirs as materialized (
          select g.* from given g join applications a on a.id = g.application and a.applicant_id = g.person
          where a.state = 'draft' and g.change ->> 0 = 'submitted'
            and g.application::text = all (array[g.likeness ->> 0, g.submission ->> 1, g.entry #>> '{8,0}', g.event ->> 3])
            and g.person::text = all (array[g.entry ->> 2, g.event ->> 5])
            and g.entry ->> 1 = 'person' and g.entry #>> '{7,0}' = 'application' and g.event ->> 2 = 'application'
            and g.entry -> 6 = '["application.submit"]' and g.event ->> 1 = 'application.submitted'),
        likenesses as materialized (
          select g.application, l.kind, l.value from theirs g,
            jsonb_to_recordset((g.likeness ->> 1)::jsonb) l (kind text, value text)),
        unlike as (
          delete from application_likenesses l using theirs g where l.application_id = g.application and not exists (
            select from likenesses n where n.application = l.application_id and n.kind = l.kind and n.value = l.value)),
        alike as (
          insert into application_likenesses (application_id, kind, value) select application, kind, value from likenesses
          on conflict do nothing),
        submissions as (
          insert into application_submissions (id, application_id, ordinal, at, language, form_version, content, content_hash)
          select (submission ->> 0)::uuid, application, (submission ->> 2)::integer, (submission ->> 3)::timestamptz,
            submission ->> 4, (submission ->> 5)::integer, (submission ->> 6)::jsonb, submission ->> 7 from theirs),
        moved as (
          update applications a set state = g.change ->> 0, state_since = (g.change ->> 1)::timestamptz,
            due_at = (g.change ->> 2)::timestamptz, number = g.change ->> 3, submissions = (g.change ->> 4)::integer,
            submitted_at = (g.change ->> 5)::timestamptz, version = (g.change ->> 6)::integer, search_key = g.change ->> 7
          from theirs g where a.id = g.application),
        entries as (
          insert into audit_entries (at, actor_kind, actor_id, action, subject_kind, subject_id, data, request_id, role,
            acting_for)
          select (entry ->> 0)::timestamptz, 'person', person, entry #>> '{6,0}', 'application', application::text,
            (entry #>> '{9,0}')::jsonb, entry ->> 3, entry ->> 4, (entry ->> 5)::uuid from theirs order by place),
        events as (
          insert into outbox_events (at, type, subject_kind, subject_id, payload, actor_id, request_id)
          select (event ->> 0)::timestamptz, event ->> 1, 'application', application::text, (event ->> 4)::jsonb, person,
            event ->> 6 from theirs order by place returning id),
        told as (
          select graphile_worker.add_jobs(array_agg(('deliver_event', json_build_object('eventId', id::text), null, null,
            25, null, null, null)::graphile_worker.job_spec order by id)) from events)
        select (select count(*) from theirs) into written from (select count(*) from told) of_all;
        if written <> cardinality(persons) then
          raise exception 'not all of these applications are theirs to submit' using errcode = '42501';
        end if;
      end $$;

      revoke execute on function require_no_act, applications_to_submit, other_awards_to_submit, words_to_submit,
        numbers_to_submit, submit_applications from public;
      grant execute on function applications_to_submit, other_awards_to_submit, words_to_submit,
        numbers_to_submit, submit_applications to most_app;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(
      'drop function applications_to_submit, other_awards_to_submit, words_to_submit, numbers_to_submit, submit_applications, require_no_act',
    );
  }
}
