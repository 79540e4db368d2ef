/** What somebody types that goes out by mail to somebody else. */

/**
 * Whether a name can stand in a mail: no address and no second line. Initials may stand close to one another.
 */
export function isMailedName(name: string): boolean {
  return (
    !/\p{L}{2,}\.\p{L}{2,}/u.test(name) && /^[\p{L}\p{M}\p{N}' ’.,()-]+$/u.test(name) && /\p{L}/u.test(name)
  );
}

/** One address in whatever way it is typed. */
export function addressKey(email: string): string {
  return email.normalize('NFC').trim().toLowerCase();
}
