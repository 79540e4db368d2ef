import type { Door } from '../../platform/database/company.js';

/**
 * What the owner of the database does for several applicants who submit in the same moment (see the migration of the same
 * name). A door is found by what is asked: where a repository asks otherwise, or a column is added, it is found no more, and
 * whoever submits goes alone. A test then says so, and a migration writes the function anew: under another name, since
 * processes of before still ask for the old one while the new ones begin.
 */
export const DOORS_OF_A_SUBMISSION: readonly Door[] = [
  // The lock, and with it all that is read by the application's id.
  { of: 'd36c11ca64efaa34', by: 'applications_to_submit' },
  // Where the call has the condition.
  { of: 'd1994ce4bcd06b61', by: 'other_awards_to_submit' },
  // The institutions that are named, and the number.
  { of: 'f89ad0e536ceba1e', by: 'words_to_submit' },
  // The number alone, where nobody asks for an institution.
  { of: '471058779b827b3f', by: 'numbers_to_submit' },
  // Likenesses, submission, application, entry, event: of a draft. What was returned is written otherwise.
  { of: '7e8a09733af0e723', by: 'submit_applications' },
];
