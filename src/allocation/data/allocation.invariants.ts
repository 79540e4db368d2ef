import { invariant } from '../../platform/database/invariant.js';
import type { Invariant, Select } from '../../platform/database/invariant.js';
import { contentHash } from '../../shared/content-hash.js';
import type { Id } from '../../shared/ids.js';
import type { ListEntry, ListContent } from '../domain/list-content.js';

const BATCH = 50;
const HOLDING = `'awaiting_clearance', 'offered', 'accepted', 'conditions_pending', 'confirmed', 'deferred'`;
const ENTRIES = `jsonb_to_recordset(l.content->'entries') as e (number text, result text, "placeId" uuid)`;

export const allocationInvariants: readonly Invariant[] = [
  {
    name: 'list.is_its_run',
    meaning: 'A list still has the hash under which it was published, and says exactly what its run gave.',
    offences: changedLists,
  },
  invariant(
    'list.of_its_call',
    'A list was made of a run of its call, by the seed that was committed to before anybody applied.',
    `select l.id, l.run_id from allocation_lists l join allocation_runs r on r.id = l.run_id
       left join selection_seeds s on s.call_id = l.call_id
     where r.call_id <> l.call_id or r.trial or r.purpose <> l.kind or s.seed is distinct from r.seed
       or (l.published_at is not null and s.revealed_at is null)`,
  ),
  invariant(
    'list.within_capacity',
    'No list gives more of a place than there is, unless its call admits all who are equal.',
    `select l.id, e."placeId" as place, count(*)::integer as given from allocation_lists l
       join calls c on c.id = l.call_id, ${ENTRIES} join call_places p on p.id = e."placeId"
     where e.result = 'selected' and c.selection->'ranking'->>'tie' <> 'admit'
     group by l.id, e."placeId", p.capacity having count(*) > p.capacity`,
  ),
  invariant(
    'list.entries_are_its_own',
    'What a list says of each application by itself is what it says as a whole.',
    `select l.id, a.number from allocation_lists l join allocation_entries own on own.list_id = l.id
       join applications a on a.id = own.application_id
     where not exists (select from ${ENTRIES} where e.number = a.number and e.result = own.result
       and e."placeId" is not distinct from own.place_id)
     union all
     select l.id, e.number from allocation_lists l, ${ENTRIES}
     where not exists (select from allocation_entries own join applications a on a.id = own.application_id
       where own.list_id = l.id and a.number = e.number)`,
  ),
  invariant(
    'list.provisional_is_what_is_told',
    'While a provisional list counts, each application on it has the result that it says.',
    `select a.id, a.result, own.result as listed from allocation_lists l
       join allocation_entries own on own.list_id = l.id join applications a on a.id = own.application_id
     where l.kind = 'provisional' and l.set_aside_at is null and a.state = 'provisional'
       and (a.result <> own.result or a.place_id is distinct from own.place_id)`,
  ),
  invariant(
    'list.holders_are_on_it',
    'Whoever holds a place of a call with a final list is selected on it, or waited for this very place.',
    `select a.id, a.place_id from applications a join allocation_lists l on l.call_id = a.call_id
       and l.kind = 'final' and l.published_at is not null and l.set_aside_at is null
     where a.state in (${HOLDING})
       and not exists (select from allocation_entries own where own.list_id = l.id and own.application_id = a.id
         and own.result = 'selected' and own.place_id = a.place_id)
       and not exists (select from allocation_waits w where w.list_id = l.id and w.application_id = a.id
         and w.place_id = a.place_id)`,
  ),
  invariant(
    'list.final_was_agreed',
    'A final list that is published is the very list that both countries approved.',
    `select l.id from allocation_lists l where l.kind = 'final' and l.published_at is not null and not exists (
       select from decisions d join decision_outcomes o on o.decision_id = d.id
       where d.subject_kind = 'selection_list' and d.subject_id = l.id and d.subject_hash = l.content_hash
         and o.counts = 'agreed_yes')`,
  ),
];

async function changedLists(select: Select, limit: number) {
  const offences: { id: Id; reason: string }[] = [];
  for (let after = '00000000-0000-0000-0000-000000000000'; offences.length < limit;) {
    const rows = await select<{
      id: Id;
      content: ListContent;
      hash: string;
      output: readonly ListEntry[];
      outputHash: string;
      inputHash: string;
    }>(
      `select l.id, l.content, l.content_hash as hash, r.output, r.output_hash as "outputHash",
         r.input_hash as "inputHash"
       from allocation_lists l join allocation_runs r on r.id = l.run_id where l.id > $1 order by l.id limit ${BATCH}`,
      [after],
    );
    for (const { id, content, hash, output, outputHash, inputHash } of rows) {
      if (contentHash(content) !== hash) offences.push({ id, reason: 'list' });
      else if (contentHash(output) !== outputHash) offences.push({ id, reason: 'run' });
      else if (
        contentHash(content.entries) !== outputHash ||
        content.outputHash !== outputHash ||
        content.inputHash !== inputHash
      ) {
        offences.push({ id, reason: 'another' });
      }
    }
    const last = rows.at(-1);
    if (!last) break;
    after = last.id;
  }
  return offences.slice(0, limit);
}
