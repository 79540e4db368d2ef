import { isNativeError } from 'node:util/types';
import type passport from 'passport';
import type { WebRequest } from './web-request.js';

/** What a strategy decided. */
export type StrategyResult<User> =
  | { readonly kind: 'redirect'; readonly location: string }
  | { readonly kind: 'signed_in'; readonly user: User }
  | { readonly kind: 'refused'; readonly message: string };

/**
 * Runs one of passport's strategies. Passport expects another server's request and answer: it gets a plain view of the
 * one and its wishes are read from a plain object in place of the other, so that answering stays with the application.
 * Rejects when the strategy fails (a provider away, an answer that does not verify).
 */
export function runStrategy<User>(
  authenticator: passport.Authenticator,
  name: string,
  web: WebRequest,
  publicUrl: string,
): Promise<StrategyResult<User>> {
  return new Promise((resolve, reject) => {
    const headers = new Map<string, string>();
    const answer = {
      statusCode: 200,
      setHeader: (header: string, value: string) => headers.set(header.toLowerCase(), value),
      end: () => resolve({ kind: 'redirect', location: headers.get('location') ?? '/' }),
    };
    const decided = (error: unknown, user?: User | false | null, info?: unknown) => {
      if (error) reject(isNativeError(error) ? error : new Error('the strategy failed', { cause: error }));
      else if (user) resolve({ kind: 'signed_in', user });
      else resolve({ kind: 'refused', message: messageOf(info) });
    };
    const middleware = authenticator.authenticate(name, { session: false }, decided) as (
      request: object,
      response: object,
      next: (error?: unknown) => void,
    ) => void;
    middleware(web.forStrategy(publicUrl), answer, (error) => decided(error ?? new Error('not decided')));
  });
}

function messageOf(info: unknown): string {
  return typeof info === 'object' && info !== null && 'message' in info ? String(info.message) : '';
}
