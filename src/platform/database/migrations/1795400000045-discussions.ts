import type { MigrationInterface, QueryRunner } from 'typeorm';

const SYSTEM = '(select actor_is_system())';
const ME = '(select actor_person())';
/** Knows the truth of the table, and not what the actor sees of it. */
const BEHIND = "stable security definer set search_path = public, pg_temp set most.actor_kind = 'system'";
const LANGUAGE = "check (language in ('sr-Cyrl', 'sr-Latn', 'ru', 'en'))";

/** The same in every one of these tables: what is talked about, and in which panel. */
const OF = `panel_id uuid not null references review_panels,
        application_id uuid not null references applications`;
const byApplication = (table: string) => `create index ${table}_by_application on ${table} (application_id)`;

/**
 * What the members of a panel say to one another of an application, and what their lead says in the end. Nothing of it is
 * ever rewritten; its applicant sees none of it but the words that were written to them, once the result is announced.
 */
export class Discussions1795400000045 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- Who sums up an application, where it is not whoever leads the panel.
      create table review_leads (
        ${OF},
        person_id uuid not null references persons,
        named_by uuid not null references persons,
        named_at timestamptz not null,
        primary key (panel_id, application_id)
      );
      ${byApplication('review_leads')};
      create index review_leads_by_person on review_leads (person_id);
      create index review_leads_by_namer on review_leads (named_by);

      create table review_discussion_entries (
        id uuid primary key,
        ${OF},
        author_id uuid not null references persons,
        text text not null check (length(text) between 1 and 4000),
        language text not null ${LANGUAGE},
        written_at timestamptz not null,
        -- By its author; the words stay, and that they hold no more.
        struck_at timestamptz,
        check (struck_at >= written_at)
      );
      create index review_discussion_entries_of on review_discussion_entries (panel_id, application_id, written_at, id);
      ${byApplication('review_discussion_entries')};
      create index review_discussion_entries_by_author on review_discussion_entries (author_id, written_at);
      revoke update, delete, truncate on review_discussion_entries from most_app;
      grant update (struck_at) on review_discussion_entries to most_app;

      -- How far somebody has read: theirs alone.
      create table review_discussion_reads (
        ${OF},
        person_id uuid not null references persons,
        read_until timestamptz not null,
        primary key (panel_id, application_id, person_id)
      );
      ${byApplication('review_discussion_reads')};
      create index review_discussion_reads_by_person on review_discussion_reads (person_id);

      -- Until when somebody was told by mail of what is new in a panel.
      create table review_discussion_told (
        panel_id uuid not null references review_panels,
        person_id uuid not null references persons,
        told_until timestamptz not null,
        primary key (panel_id, person_id)
      );
      create index review_discussion_told_by_person on review_discussion_told (person_id);

      create table review_summary_drafts (
        ${OF},
        author_id uuid not null references persons,
        text text not null check (length(text) <= 8000),
        feedback text not null check (length(feedback) <= 8000),
        revision integer not null check (revision > 0),
        saved_at timestamptz not null,
        primary key (panel_id, application_id, author_id)
      );
      ${byApplication('review_summary_drafts')};
      create index review_summary_drafts_by_author on review_summary_drafts (author_id);

      create table review_summaries (
        ${OF},
        version integer not null check (version > 0),
        author_id uuid not null references persons,
        text text not null check (length(text) between 1 and 8000),
        language text not null ${LANGUAGE},
        submitted_at timestamptz not null,
        -- Why what was handed in is said anew.
        reason text check (length(reason) between 1 and 2000),
        primary key (panel_id, application_id, version),
        check ((version = 1) = (reason is null))
      );
      ${byApplication('review_summaries')};
      create index review_summaries_by_author on review_summaries (author_id);
      revoke update, delete, truncate on review_summaries from most_app;

      -- What of a summary is written to the applicant: apart, because nothing else of it is ever theirs to read.
      create table review_feedback (
        ${OF},
        version integer not null,
        text text not null check (length(text) between 1 and 8000),
        language text not null ${LANGUAGE},
        primary key (panel_id, application_id, version),
        foreign key (panel_id, application_id, version) references review_summaries
      );
      ${byApplication('review_feedback')};
      revoke update, delete, truncate on review_feedback from most_app;

      create table review_summary_answers (
        id uuid primary key,
        ${OF},
        version integer not null,
        member_id uuid not null references persons,
        answer text not null check (answer in ('agree', 'agree_with_remark', 'ask_change')),
        remark text check (length(remark) between 1 and 2000),
        language text not null ${LANGUAGE},
        answered_at timestamptz not null,
        foreign key (panel_id, application_id, version) references review_summaries,
        check ((remark is null) = (answer = 'agree'))
      );
      create index review_summary_answers_of on review_summary_answers (panel_id, application_id, version, answered_at);
      ${byApplication('review_summary_answers')};
      create index review_summary_answers_by_member on review_summary_answers (member_id);
      revoke update, delete, truncate on review_summary_answers from most_app;
    `);

    await db.query(`
      -- To members whose own word is in, or who owe none, from the discussion on; there is something to discuss where a
      -- review is in.
      create function discussion_is_open(panel uuid, application uuid) returns boolean language plpgsql ${BEHIND} as $$
      begin
        return exists (select from review_panels p where p.id = panel and p.phase in ('discussion', 'closed'))
          and panel_is_of_member(panel) and not actor_is_tied_to(application)
          and not actor_owes_review(panel, application)
          and exists (select from review_assignments r where r.panel_id = panel and r.application_id = application
            and r.state = 'submitted');
      end $$;
      create function discussion_goes_on(panel uuid, application uuid) returns boolean language plpgsql ${BEHIND} as $$
      begin
        return discussion_is_open(panel, application)
          and exists (select from review_panels p where p.id = panel and p.phase = 'discussion');
      end $$;
      -- Whoever was named for the application and still sits there, otherwise whoever leads the panel.
      create function discussion_is_summed_up_by(panel uuid, application uuid) returns uuid language plpgsql ${BEHIND} as $$
      begin
        return coalesce(
          (select l.person_id from review_leads l join review_members m on m.panel_id = l.panel_id
             and m.person_id = l.person_id and m.removed_at is null
           where l.panel_id = panel and l.application_id = application),
          (select m.person_id from review_members m where m.panel_id = panel and m.lead and m.removed_at is null));
      end $$;
      -- The actor's own application, announced, in a call whose rule is that they read what the panel says to them.
      create function feedback_is_published(application uuid) returns boolean language plpgsql ${BEHIND} as $$
      begin
        return exists (select from applications a join calls c on c.id = a.call_id
          where a.id = application and a.applicant_id = actor_person() and a.number is not null
            and a.state in ('provisional', 'final', 'offered', 'accepted', 'declined', 'offer_expired', 'offer_withdrawn',
              'conditions_pending', 'confirmed', 'conditions_not_met', 'deferred')
            and c.selection #>> '{review,feedback}' = 'summary');
      end $$;

      create policy read on review_leads for select using (
        ${SYSTEM} or panel_is_of_office(panel_id) or discussion_is_open(panel_id, application_id));
      create policy name on review_leads for insert with check (
        ${SYSTEM} or (panel_is_of_office(panel_id) and named_by = ${ME}));
      create policy name_again on review_leads for update using (${SYSTEM} or panel_is_of_office(panel_id));
      create policy forget on review_leads for delete using (${SYSTEM});

      create policy read on review_discussion_entries for select using (
        ${SYSTEM} or discussion_is_open(panel_id, application_id));
      create policy write on review_discussion_entries for insert with check (
        ${SYSTEM} or (author_id = ${ME} and struck_at is null and discussion_goes_on(panel_id, application_id)));
      create policy strike on review_discussion_entries for update using (
        ${SYSTEM} or (author_id = ${ME} and struck_at is null and discussion_goes_on(panel_id, application_id)))
        with check (${SYSTEM} or (author_id = ${ME} and struck_at is not null));

      create policy own on review_discussion_reads using (${SYSTEM} or person_id = ${ME});
      create policy kept on review_discussion_told using (${SYSTEM});

      -- What is being written is nobody's but its author's.
      create policy own on review_summary_drafts using (${SYSTEM} or (author_id = ${ME}
        and discussion_is_open(panel_id, application_id)
        and discussion_is_summed_up_by(panel_id, application_id) = ${ME}));
      create policy read on review_summaries for select using (
        ${SYSTEM} or discussion_is_open(panel_id, application_id));
      create policy hand_in on review_summaries for insert with check (${SYSTEM} or (author_id = ${ME}
        and discussion_goes_on(panel_id, application_id)
        and discussion_is_summed_up_by(panel_id, application_id) = ${ME}));
      create policy read on review_feedback for select using (
        ${SYSTEM} or discussion_is_open(panel_id, application_id) or feedback_is_published(application_id));
      create policy hand_in on review_feedback for insert with check (${SYSTEM} or (
        discussion_goes_on(panel_id, application_id)
        and discussion_is_summed_up_by(panel_id, application_id) = ${ME}));
      create policy read on review_summary_answers for select using (
        ${SYSTEM} or discussion_is_open(panel_id, application_id));
      create policy answer on review_summary_answers for insert with check (
        ${SYSTEM} or (member_id = ${ME} and discussion_goes_on(panel_id, application_id)));
    `);
    for (const table of [
      'review_leads',
      'review_discussion_entries',
      'review_discussion_reads',
      'review_discussion_told',
      'review_summary_drafts',
      'review_summaries',
      'review_feedback',
      'review_summary_answers',
    ]) {
      await db.query(`
        comment on table ${table} is 'personal';
        alter table ${table} enable row level security;
        alter table ${table} force row level security;
      `);
    }
  }

  async down(db: QueryRunner): Promise<void> {
    // What a panel said would be lost.
    await db.query('do $$ begin raise exception $m$ discussions are not taken down $m$; end $$');
  }
}
