import { describe, expect, it } from '@jest/globals';
import { readEnrolment, readShowing } from './passkey-answer.js';

describe('what a browser sends of a passkey', () => {
  const clientDataJSON = Buffer.from('{"challenge":"abc"}').toString('base64url');

  it('names the challenge that it answers', () => {
    const made = { id: 'x', response: { clientDataJSON, attestationObject: 'y' } };
    expect(readEnrolment(JSON.stringify(made))?.challenge).toBe('abc');
    expect(readShowing(JSON.stringify(made))).toBeNull();
    const shown = { id: 'x', response: { clientDataJSON, signature: 'y' } };
    expect(readShowing(JSON.stringify(shown))?.challenge).toBe('abc');
  });

  it.each([
    '',
    'null',
    '[]',
    '{}',
    '{"id":"x","response":null}',
    '{"id":1,"response":{"clientDataJSON":"e30","signature":"y"}}',
    '{"id":"x","response":{"clientDataJSON":"e30","signature":"y"}}',
    '{"id":"x","response":{"clientDataJSON":"%%%","signature":"y"}}',
    '{"id":"x","response":{"clientDataJSON":["e30"],"signature":"y"}}',
  ])('is nothing where it is %s', (text) => {
    expect(readShowing(text)).toBeNull();
    expect(readEnrolment(text)).toBeNull();
  });
});
