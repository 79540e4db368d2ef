import { SetMetadata } from '@nestjs/common';

export const ACCESS = 'most:access';
export const ACCEPTS_FILE = 'most:accepts-file';

/** Who may use a route: everybody, or whoever could ever do the action. */
export type Access = { readonly kind: 'public' } | { readonly kind: 'can'; readonly action: string };

/** Open to everybody, signed in or not. */
export const Public = () => SetMetadata<string, Access>(ACCESS, { kind: 'public' });

/** Open to whoever holds a role in which the action is ever allowed; the operation decides about the record. */
export const Can = (action: string) => SetMetadata<string, Access>(ACCESS, { kind: 'can', action });

/** The route takes `multipart/form-data` with at most one file, which `WebRequest.file()` gives. No other route does. */
export const AcceptsFile = () => SetMetadata(ACCEPTS_FILE, true);
