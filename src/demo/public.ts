export {
  DEMO_ACCOUNTS,
  DEMO_MACHINE_CLIENT,
  DEMO_PASSWORD,
  demoAccount,
  demoIssuer,
  demoProvidersConfig,
} from './accounts.js';
export type { DemoAccount, DemoName, DemoProvider, DemoRole } from './accounts.js';
export { startEmbeddedPostgres } from './embedded-postgres.js';
export type { EmbeddedPostgres, EmbeddedPostgresOptions } from './embedded-postgres.js';
export {
  API_SCOPES,
  issueDemoMachineToken,
  issueDemoToken,
  startDemoIdentityProvider,
} from './identity-provider.js';
export type { DemoIdentityProvider, DemoIdentityProviderOptions } from './identity-provider.js';
export type { CaughtMessage, MailCatcher, MailCatcherOptions } from './mail-catcher.js';
