import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Settings, SettingsError } from './settings.js';

const faultsOf = (env: Readonly<Record<string, string>>): readonly string[] => {
  try {
    Settings.fromEnvironment(env);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.faults;
    throw error;
  }
};

describe('production', () => {
  it('starts nothing of the demonstration, and names all that is missing at once', () => {
    const missing = faultsOf({ NODE_ENV: 'production' }).map((fault) => fault.split(':')[0]);
    expect(missing).toEqual([
      'PUBLIC_URL',
      'DATABASE_URL',
      'SMTP_URL',
      'MAIL_FROM',
      'STORAGE_URL',
      'STORAGE_KEY',
      'SESSION_SECRET',
      'IDENTITY_PROVIDERS_FILE',
      'SIGNING_CERTIFICATE',
    ]);
  });

  it('takes an empty value for a missing one', () => {
    expect(faultsOf({ NODE_ENV: 'production', SESSION_SECRET: ' ' }).join('\n')).toContain(
      'SESSION_SECRET: missing',
    );
  });
});

describe('a wrong setting', () => {
  it.each([
    ['PORT', '3000x', 'PORT: expected a whole number from 0 to 65535, found "3000x"'],
    ['ROLE', 'worker,web', 'ROLE: expected web | worker | both, found "worker,web"'],
    [
      'PUBLIC_URL',
      'javascript:alert(1)',
      'PUBLIC_URL: expected an address beginning with http:// or https://',
    ],
  ])('%s=%s is named with what was expected', (name, value, told) => {
    expect(faultsOf({ [name]: value })).toEqual([expect.stringContaining(told)]);
  });

  it.each(['http://most.example', 'http://127.0.0.1:3000'])(
    'PUBLIC_URL=%s is refused in production: sessions would travel in the open',
    (PUBLIC_URL) => {
      expect(faultsOf({ NODE_ENV: 'production', PUBLIC_URL })).toContainEqual(
        `PUBLIC_URL: expected an address beginning with https://, found ${JSON.stringify(PUBLIC_URL)}`,
      );
      expect(faultsOf({ PUBLIC_URL })).toEqual([]);
    },
  );

  it.each([
    ['SESSION_SECRET', 'short-but-secret'],
    ['STORAGE_KEY', 'c2VjcmV0'],
    ['DATABASE_URL', 'mysql://most:secret@db/most'],
    ['SMTP_URL', 'http://most:secret@mail'],
    ['STORAGE_URL', 'http://most:secret@storage/most'],
  ])('%s is named without what it holds', (name, value) => {
    const faults = faultsOf({ [name]: value });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(new RegExp(`^${name}: expected`));
    expect(faults[0]).not.toContain('secret');
    expect(faults[0]).not.toContain(value);
  });
});

describe('the certificates of countries', () => {
  const given = (entries: unknown) => {
    const folder = mkdtempSync(join(tmpdir(), 'most-settings-'));
    const file = join(folder, 'certificates.json');
    try {
      writeFileSync(file, JSON.stringify(entries));
      return faultsOf({ SIGNING_CERTIFICATES_FILE: file });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };

  it('are one for each, and what is wrong is told without the password', () => {
    const good = { country: 'AA', certificate: '/run/aa.p12#secret' };
    expect(given([good, { country: 'BB', certificate: '/run/bb.p12#secret' }])).toEqual([]);
    const faults = given([
      good,
      good,
      { country: 'Serbia', certificate: 'x#secret' },
      { country: 'CC', certificate: ' ' },
    ]);
    expect(faults.map((fault) => fault.replace('SIGNING_CERTIFICATES_FILE: ', ''))).toEqual([
      'entry 2, country: an entry before it has the same country',
      'entry 3, country: expected the two capital letters of ISO 3166-1',
      'entry 4, certificate: expected the path of a PKCS#12 file, # and its password',
    ]);
    expect(faults.join()).not.toContain('secret');
  });
});
