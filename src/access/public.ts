export { AccessModule } from './access.module.js';
export { AccessPorts } from './access-ports.js';
export type {
  AccountBelongings,
  AccountSection,
  CallRegister,
  CallWithPanels,
  FoundInstitution,
  Ministry,
  JoinConflict,
  JoinedAccounts,
  KnownRecord,
  PlaceRegister,
  RecordKind,
  RecordName,
} from './access-ports.js';
export { AccountJoins } from './data/account-joins.js';
export type { AccountJoin } from './data/account-joins.js';
export { JoinAccounts } from './operations/join-accounts.js';
export { OwnRecord } from './data/own-record.js';
export { People } from './data/people.js';
export type { Addressee, DisplayName, PersonView, RoleScope } from './data/people.js';
export { PolicyRegistry } from './domain/policy-registry.js';
export { accessInvariants } from './data/access.invariants.js';
export { AcceptInvitation } from './operations/accept-invitation.js';
export { AppointAdministrator } from './operations/appoint-administrator.js';
export { AppointDeputy } from './operations/appoint-deputy.js';
export { CONFLICT_KINDS } from './domain/conflicts.js';
export type { ConflictKind } from './domain/conflicts.js';
export { Conflicts } from './operations/conflicts.js';
export { ConfirmGrant } from './operations/confirm-grant.js';
export { ForgetPerson, isErased } from './operations/forget-person.js';
export { GrantRole } from './operations/grant-role.js';
export { InviteToRole } from './operations/invite-to-role.js';
export type { WantedRole } from './operations/granting.js';
export { ownAccount } from './operations/passkeys.js';
export { RegisterClient } from './operations/register-client.js';
export type { ClientToBe } from './operations/register-client.js';
export { ProviderVersions } from './data/provider-versions.js';
export { RoleDirectory } from './data/role-directory.js';
export type { GrantView, InvitationView } from './data/role-directory.js';
export { SignedLinks } from './operations/signed-links.js';
export type { LinkRefusal, LinkSubject, OpenLink } from './operations/signed-links.js';
