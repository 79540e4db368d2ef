import { Global, Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/public.js';
import { HttpPorts } from '../platform/http/http-ports.js';
import { AccessPorts } from './access-ports.js';
import { ConflictDeclarationEntity } from './data/conflict-declaration.entity.js';
import { IdentityEntity } from './data/identity.entity.js';
import { PasskeyChallenges } from './data/passkey-challenges.js';
import { PasskeyEntity } from './data/passkey.entity.js';
import { AccountJoins } from './data/account-joins.js';
import { JoinAccountsController } from './http/join-accounts.controller.js';
import { IntegrationClients } from './data/integration-clients.js';
import { OwnRecord } from './data/own-record.js';
import { People } from './data/people.js';
import { PersonEntity } from './data/person.entity.js';
import { ProviderVersions } from './data/provider-versions.js';
import { RoleGrantEntity } from './data/role-grant.entity.js';
import { accountPolicy } from './domain/account.policy.js';
import { clientsPolicy } from './domain/clients.policy.js';
import { PolicyRegistry } from './domain/policy-registry.js';
import { providersPolicy } from './domain/providers.policy.js';
import { sessionLimits } from './domain/session-limits.js';
import { AccountController } from './http/account.controller.js';
import { PasskeysController } from './http/passkeys.controller.js';
import { ResetPasskeysController } from './http/reset-passkeys.controller.js';
import { ClientsApiController, ScopesApiController } from './http/clients-api.controller.js';
import { ClientsPagesController } from './http/clients-pages.controller.js';
import { IdentitiesController } from './http/identities.controller.js';
import { ProvidersApiController } from './http/providers-api.controller.js';
import { ProvidersPagesController } from './http/providers-pages.controller.js';
import {
  InvitationsApiController,
  RoleProposalsApiController,
  RolesApiController,
} from './http/roles-api.controller.js';
import { ConflictPagesController, ConflictsApiController } from './http/conflicts.controller.js';
import { DelegationPagesController } from './http/delegation-pages.controller.js';
import { DeputiesPagesController } from './http/deputies-pages.controller.js';
import { InvitationPagesController } from './http/invitation-pages.controller.js';
import { MyRightsController } from './http/my-rights.controller.js';
import { PeoplePagesController } from './http/people-pages.controller.js';
import { ReadConflicts } from './http/read-conflicts.js';
import { ReadRoles } from './http/read-roles.js';
import { RoleForm } from './http/role-form.js';
import { RolesPagesController } from './http/roles-pages.controller.js';
import { SignInController } from './http/sign-in.controller.js';
import { WhyPagesController } from './http/why-pages.controller.js';
import { Actors } from './operations/actors.js';
import { AppointAdministrator } from './operations/appoint-administrator.js';
import { BearerTokens } from './operations/bearer-tokens.js';
import { ChooseLanguage } from './operations/choose-language.js';
import { Conflicts } from './operations/conflicts.js';
import { LiftConflict } from './operations/lift-conflict.js';
import { EnrolPasskey } from './operations/enrol-passkey.js';
import { IdentityProviders } from './operations/identity-providers.js';
import { JoinAccounts } from './operations/join-accounts.js';
import { LinkIdentity } from './operations/link-identity.js';
import { ConfirmProvider } from './operations/confirm-provider.js';
import { EndProvider } from './operations/end-provider.js';
import { FindWays } from './operations/find-ways.js';
import { ProposeProvider } from './operations/propose-provider.js';
import { ReadProviders } from './operations/read-providers.js';
import { ProviderDiscovery } from './operations/provider-discovery.js';
import { ProviderRegistry } from './operations/provider-registry.js';
import { Passkeys } from './operations/passkeys.js';
import { ResetPasskeys } from './operations/reset-passkeys.js';
import { ShowPasskey } from './operations/show-passkey.js';
import { RecordRefusals } from './operations/record-refusals.js';
import { RegisterClient } from './operations/register-client.js';
import { RevokeClient } from './operations/revoke-client.js';
import { SignIn } from './operations/sign-in.js';
import { SignOut } from './operations/sign-out.js';
import { AcceptInvitation } from './operations/accept-invitation.js';
import { AppointDeputy } from './operations/appoint-deputy.js';
import { ConfirmGrant } from './operations/confirm-grant.js';
import { CorrectName } from './operations/correct-name.js';
import { ForgetPerson } from './operations/forget-person.js';
import { GrantRole } from './operations/grant-role.js';
import { Granting } from './operations/granting.js';
import { InviteToRole } from './operations/invite-to-role.js';
import { ProposeFromAffiliation } from './operations/propose-from-affiliation.js';
import { VouchedInstitutions } from './operations/vouched-institutions.js';
import { RevokeGrant } from './operations/revoke-grant.js';
import { SettleProposal } from './operations/settle-proposal.js';
import { SignedLinks } from './operations/signed-links.js';
import { WithdrawInvitation } from './operations/withdraw-invitation.js';
import { RoleDirectory } from './data/role-directory.js';
import { RoleGrants } from './data/role-grants.js';
import { RoleInvitationEntity } from './data/role-invitation.entity.js';
import { invitationsPolicy, peoplePolicy, rolesPolicy } from './domain/roles.policy.js';
import { OutboxModule } from '../platform/outbox/outbox.module.js';

/** Who somebody is and what they may do. Global, because every module registers its policy here. */
@Global()
@Module({
  imports: [
    AuditModule,
    OutboxModule,
    TypeOrmModule.forFeature([
      PersonEntity,
      IdentityEntity,
      PasskeyEntity,
      RoleGrantEntity,
      RoleInvitationEntity,
      ConflictDeclarationEntity,
    ]),
  ],
  controllers: [
    JoinAccountsController,
    InvitationsApiController,
    RoleProposalsApiController,
    RolesApiController,
    ClientsApiController,
    ClientsPagesController,
    ScopesApiController,
    ProvidersApiController,
    ProvidersPagesController,
    IdentitiesController,
    SignInController,
    AccountController,
    PasskeysController,
    ResetPasskeysController,
    ConflictPagesController,
    ConflictsApiController,
    DelegationPagesController,
    DeputiesPagesController,
    InvitationPagesController,
    MyRightsController,
    PeoplePagesController,
    RolesPagesController,
    WhyPagesController,
  ],
  providers: [
    AccessPorts,
    Actors,
    AppointAdministrator,
    BearerTokens,
    ChooseLanguage,
    Conflicts,
    LiftConflict,
    EnrolPasskey,
    IdentityProviders,
    AccountJoins,
    JoinAccounts,
    LinkIdentity,
    PasskeyChallenges,
    Passkeys,
    IntegrationClients,
    OwnRecord,
    People,
    ConfirmProvider,
    EndProvider,
    FindWays,
    ProposeProvider,
    ProviderDiscovery,
    ProviderRegistry,
    ProviderVersions,
    ReadProviders,
    { provide: PolicyRegistry, useFactory: () => new PolicyRegistry() },
    ResetPasskeys,
    ShowPasskey,
    RecordRefusals,
    RegisterClient,
    RevokeClient,
    AcceptInvitation,
    AppointDeputy,
    ConfirmGrant,
    CorrectName,
    ForgetPerson,
    GrantRole,
    Granting,
    InviteToRole,
    ProposeFromAffiliation,
    RevokeGrant,
    SettleProposal,
    SignedLinks,
    WithdrawInvitation,
    RoleDirectory,
    RoleGrants,
    ReadConflicts,
    ReadRoles,
    RoleForm,
    SignIn,
    SignOut,
    VouchedInstitutions,
  ],
  exports: [
    AcceptInvitation,
    AccessPorts,
    AccountJoins,
    JoinAccounts,
    AppointAdministrator,
    AppointDeputy,
    ConfirmGrant,
    Conflicts,
    CorrectName,
    ForgetPerson,
    GrantRole,
    InviteToRole,
    OwnRecord,
    People,
    PolicyRegistry,
    ProviderVersions,
    RegisterClient,
    RoleDirectory,
    SignedLinks,
  ],
})
export class AccessModule implements OnModuleInit {
  constructor(
    private readonly http: HttpPorts,
    private readonly actors: Actors,
    private readonly policies: PolicyRegistry,
    private readonly ports: AccessPorts,
    private readonly discovery: ProviderDiscovery,
    private readonly refusals: RecordRefusals,
    private readonly links: SignedLinks,
  ) {}

  onModuleInit(): void {
    this.http.actorResolver = this.actors;
    this.http.sessionLimits = ({ grants }) => sessionLimits(grants);
    this.http.routePolicy = this.policies;
    this.http.refusals = this.refusals;
    this.http.linkHolds = (request, token) => this.links.holds(request, token);
    this.policies.register(accountPolicy);
    this.policies.register(rolesPolicy);
    this.policies.register(invitationsPolicy);
    this.policies.register(peoplePolicy);
    this.policies.register(clientsPolicy);
    this.policies.register(providersPolicy);
    for (const page of ['rights', 'history', 'deputies']) {
      this.ports.accountSections.push({
        href: `/account/${page}`,
        title: `access.${page}.title`,
        text: `access.${page}.lead`,
      });
    }
    this.ports.accountSections.push({
      href: '/account/passkeys',
      title: 'access.passkeys.title',
      text: 'access.passkeys.lead',
    });
    this.http.formTargets = () => this.discovery.origins();
  }
}
