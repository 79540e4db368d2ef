/** Facts about the lists of a call, told on the call; `payload` holds ids and codes only. */
export const PROVISIONAL_PUBLISHED = 'selection.provisional_published';
/** The provisional list was set aside. */
export const SELECTION_REOPENED = 'selection.reopened';
export const FINAL_PROPOSED = 'selection.final_proposed';
export const FINAL_PUBLISHED = 'selection.final_published';

/** A list as both countries decide on it. */
export const LIST_SUBJECT = 'selection_list';
