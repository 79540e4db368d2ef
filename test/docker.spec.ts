import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { SETTING_NAMES, Settings } from '../src/platform/config/settings.js';
import { parseS3Location } from '../src/platform/storage/s3-file-store.js';
import type { IdentityProviderEntry } from '../src/shared/identity-provider.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const docker = join(root, 'docker');
const read = (name: string) => readFileSync(join(docker, name), 'utf8');

interface Service {
  readonly image: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
}
interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, null>>;
}
interface Realm {
  readonly realm: string;
  readonly clients: readonly {
    readonly clientId: string;
    readonly secret: string;
    readonly redirectUris: readonly string[];
  }[];
}

const compose = parse(read('compose.yaml'), { merge: true }) as Compose;
const ours = Object.entries(compose.services).filter(([, service]) => service.image === 'most');
const providers = JSON.parse(read('identity-providers.json')) as readonly IdentityProviderEntry[];

const filledIn: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [...read('.env.example').matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name = '', value = '']) => [
      name,
      value.replace(/^"(.*)"$/, '$1'),
    ]),
  ),
  SESSION_SECRET: 's'.repeat(64),
  STORAGE_KEY: Buffer.alloc(32).toString('base64'),
};
const interpolate = (text: string) =>
  text.replace(/\$\{([A-Z_]+)\}/g, (_whole, name: string) => {
    const value = filledIn[name];
    if (value === undefined) throw new Error(`.env.example does not name ${name}`);
    return value;
  });

/** Paths of the repository that the image is built from. */
const copied = [...read('Dockerfile').matchAll(/^COPY (?!--from)(.+)$/gm)].flatMap(([, paths = '']) =>
  paths.trim().split(/\s+/).slice(0, -1),
);

describe('compose.yaml', () => {
  it('runs the application as migrations, web and worker', () => {
    expect(ours.map(([name]) => name)).toEqual(['migrate', 'web', 'worker']);
  });

  it.each(ours)('sets for %s only what the application reads', (_name, { environment = {} }) => {
    const known: readonly string[] = SETTING_NAMES;
    const unknown = Object.keys(environment).filter(
      (name) => !known.includes(name) && !name.startsWith('NODE_'),
    );
    expect(unknown).toEqual([]);
  });

  it.each(ours)('gives %s settings that production starts with', (_name, { environment = {} }) => {
    const values = Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [name, interpolate(value)]),
    );
    const settings = Settings.fromEnvironment({
      ...values,
      // Where the file lies outside the container.
      IDENTITY_PROVIDERS_FILE: join(docker, 'identity-providers.json'),
    });
    expect(settings.production).toBe(true);
    expect(parseS3Location(settings.storageUrl ?? '')).toMatchObject({ bucket: 'most' });
  });

  it('finds the certificate of the letters where it is mounted, and keeps it out of the repository', () => {
    const { environment = {}, volumes = [] } = compose.services.worker ?? {};
    expect(environment.SIGNING_CERTIFICATE).toMatch(/^\/signing\/most\.p12#/);
    expect(volumes).toContain('./signing:/signing:ro');
    expect(read('signing/.gitignore').split('\n').slice(0, 2)).toEqual(['*', '!.gitignore']);
  });

  it('never gives web or worker the owner of the database', () => {
    for (const name of ['web', 'worker']) {
      const { environment = {} } = compose.services[name] ?? {};
      expect(environment).not.toHaveProperty('DATABASE_MIGRATION_URL');
      expect(environment.DATABASE_URL).toContain('//most_web:');
    }
  });

  it('names in .env.example every value that it asks for', () => {
    expect(() => interpolate(read('compose.yaml'))).not.toThrow();
  });

  it.each(Object.entries(compose.services))(
    'mounts into %s only what is there',
    (_name, { volumes = [] }) => {
      for (const mount of volumes) {
        const [source = ''] = mount.split(':');
        const found = source.startsWith('.') ? existsSync(join(docker, source)) : source in compose.volumes;
        expect({ source, found }).toEqual({ source, found: true });
      }
    },
  );
});

describe('Dockerfile', () => {
  it.each(copied)('copies %s, which is there and not ignored', (path) => {
    expect(existsSync(join(root, path))).toBe(true);
    expect(read('Dockerfile.dockerignore').split('\n')).toContain(`!${path}`);
  });

  it('sets only what the application reads', () => {
    const set = [...read('Dockerfile').matchAll(/^ENV (.+)$/gm)].flatMap(([, line = '']) =>
      line.split(' ').map((pair) => pair.split('=')[0] ?? ''),
    );
    const known: readonly string[] = [...SETTING_NAMES, 'NODE_ENV'];
    expect(set.filter((name) => !known.includes(name))).toEqual([]);
  });
});

describe('identity-providers.json', () => {
  const realms = readdirSync(join(docker, 'keycloak')).map(
    (file) => JSON.parse(read(`keycloak/${file}`)) as Realm,
  );

  it.each(providers)('fits the realm of $key', ({ key, issuer, clientId, clientSecret }) => {
    const realm = realms.find((candidate) => issuer.endsWith(`/realms/${candidate.realm}`));
    const client = realm?.clients.find((candidate) => candidate.clientId === clientId);
    expect(client).toMatchObject({
      secret: clientSecret,
      redirectUris: [`https://\${MOST_HOST}/sign-in/${key}/callback`],
    });
    expect(new URL(issuer).host).toBe(filledIn.IDENTITY_HOST);
  });
});
