/** Facts about stays; their subject is the stay, `payload.application` where it comes from. */
export const STAY_PLANNED = 'mobility.planned';
export const STAY_BEGUN = 'mobility.arrived';
export const STAY_ENDED = 'mobility.departed';
/** A certificate is owed: the host is asked for it, later those above are told. `payload.kind`: of which day; `payload.day`. */
export const CERTIFICATE_OWED = 'mobility.certificate_owed';
export const CERTIFICATE_OVERDUE = 'mobility.certificate_overdue';
/** `payload.kind`: which day was corrected. */
export const STAY_CORRECTED = 'mobility.corrected';
export const STAY_CANCELLED = 'mobility.cancelled';
export const STAY_NO_SHOW = 'mobility.no_show';
export const STAY_PAID = 'mobility.paid';
export const STAY_PAYMENT_CORRECTED = 'mobility.payment_corrected';
