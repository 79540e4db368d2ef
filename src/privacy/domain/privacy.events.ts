/** Facts about the rights of a person over their data; the subject is the person, the payload holds ids and codes. */
export const CONSENT_WITHDRAWN = 'consent.withdrawn';
