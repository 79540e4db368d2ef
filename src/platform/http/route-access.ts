import { SetMetadata, applyDecorators } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';

export const ACCESS = 'most:access';
export const ACCEPTS_FILE = 'most:accepts-file';
/** Where the description of an API route names its action. */
export const DESCRIBED_ACTION = 'x-action';

/** Who may use a route: everybody, or whoever could ever do the action. */
export type Access = { readonly kind: 'public' } | { readonly kind: 'can'; readonly action: string };

/** Open to everybody, signed in or not. */
export const Public = () => SetMetadata<string, Access>(ACCESS, { kind: 'public' });

/** Open to whoever holds a role in which the action is ever allowed; the operation decides about the record. */
export const Can = (action: string) =>
  applyDecorators(
    SetMetadata<string, Access>(ACCESS, { kind: 'can', action }),
    // The description of the API says it too, and which scopes of a token open it.
    ApiExtension(DESCRIBED_ACTION, action),
  );

export const BY_LINK = 'most:by-link';

/**
 * The address holds the secret of a signed link. Whoever knows it proves as much as by a form's token, which would end
 * with the session while somebody writes for hours; so none is asked for, and the holder of the link acts, nobody else.
 */
export const ByLink = () => SetMetadata(BY_LINK, true);

export const READS_NOW = 'most:reads-now';

/** What the route reads is of this very moment, for those who look on while others act; no replica answers it. */
export const ReadsNow = () => SetMetadata(READS_NOW, true);

export const FROM_MACHINE = 'most:from-machine';

/**
 * What is sent here comes from no page of ours: it proves by itself who sent it, and acts for nobody who is signed in, so
 * no form's token is asked for.
 */
export const FromMachine = () => SetMetadata(FROM_MACHINE, true);
