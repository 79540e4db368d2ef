import type { FormSection } from '../../calls/public.js';

/** Pages of the form that the other side sees once it has crossed, whatever the call has made of them. */
export const TRANSFERRED: readonly FormSection['kind'][] = ['questions', 'choices', 'documents'];
/** The consent without which nothing crosses. */
export const CROSS_BORDER = 'cross_border_transfer';
