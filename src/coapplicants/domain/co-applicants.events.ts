/** Facts about co-applicants; their subject is the application, `payload.coApplicant` who it is about. */
export const CO_APPLICANT_INVITED = 'co_applicant.invited';
export const CO_APPLICANT_REMINDED = 'co_applicant.reminded';
/** The invitation was taken back, or its application came to an end. */
export const CO_APPLICANT_CALLED_OFF = 'co_applicant.called_off';
export const CO_APPLICANT_ACCEPTED = 'co_applicant.accepted';
export const CO_APPLICANT_DECLINED = 'co_applicant.declined';
export const CO_APPLICANT_CONFIRMED = 'co_applicant.confirmed';
/** The applicant changed what they had confirmed. */
export const CO_APPLICANT_VOIDED = 'co_applicant.voided';
export const CO_APPLICANT_REMOVED = 'co_applicant.removed';
/** Payload `submitted`: whether an office has the application already. */
export const CO_APPLICANT_LEFT = 'co_applicant.left';
