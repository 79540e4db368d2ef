import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';

/** What an authenticator answered, with the challenge that it says it has signed. Nothing of it is believed yet. */
export interface PasskeyAnswer<Response> {
  readonly response: Response;
  readonly challenge: string;
}

/** Reads what the browser sent of a new passkey; null for anything else. */
export function readEnrolment(text: string): PasskeyAnswer<RegistrationResponseJSON> | null {
  return read<RegistrationResponseJSON>(text, 'attestationObject');
}

/** Reads what the browser sent of a passkey that was shown; null for anything else. */
export function readShowing(text: string): PasskeyAnswer<AuthenticationResponseJSON> | null {
  return read<AuthenticationResponseJSON>(text, 'signature');
}

function read<Response>(text: string, part: string): PasskeyAnswer<Response> | null {
  const credential = parsed(text);
  const { id, response } = credential;
  if (typeof id !== 'string' || !isObject(response)) return null;
  const { clientDataJSON } = response;
  if (typeof clientDataJSON !== 'string' || typeof response[part] !== 'string') return null;
  const { challenge } = parsed(Buffer.from(clientDataJSON, 'base64url').toString());
  if (typeof challenge !== 'string') return null;
  // The library checks every field that it reads.
  return { response: credential as unknown as Response, challenge };
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
