export const SESSION_COOKIE = 'most.sid';
export const LANGUAGE_COOKIE = 'most.lang';
/** Up to where in the database's log whoever sends it has written: for as long as a replica may be behind. */
export const POSITION_COOKIE = 'most.position';
export const POSITION_SECONDS = 10;

/**
 * A cookie's name as browsers get it. Over HTTPS it carries the prefix with which they take it from this very host alone,
 * for all of it and over HTTPS only: no neighbouring site can plant one.
 */
export function cookieName(name: string, secure: boolean): string {
  return secure ? `__Host-${name}` : name;
}

/** What every cookie of ours has in common. */
export function cookieOptions(secure: boolean) {
  return { path: '/', httpOnly: true, sameSite: 'lax', secure } as const;
}
