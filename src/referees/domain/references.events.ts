/** Facts about letters of reference; their subject is the application, `payload.reference` the letter. */
export const REFERENCE_INVITED = 'reference.invited';
export const REFERENCE_REMINDED = 'reference.reminded';
/** The clock's reminder before the deadline. */
export const REFERENCE_DUE_SOON = 'reference.due_soon';
export const REFERENCE_RECEIVED = 'reference.received';
export const REFERENCE_DECLINED = 'reference.declined';
export const REFERENCE_EXPIRED = 'reference.expired';
/** Its call was cancelled: nobody needs the letter any more. */
export const REFERENCE_CALL_CANCELLED = 'reference.call_cancelled';
/** Withdrawn or replaced: the referee is not needed any more. */
export const REFERENCE_CALLED_OFF = 'reference.called_off';
