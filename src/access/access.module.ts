import { Global, Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/public.js';
import { HttpPorts } from '../platform/http/http-ports.js';
import { AccessPorts } from './access-ports.js';
import { IdentityEntity } from './data/identity.entity.js';
import { People } from './data/people.js';
import { PersonEntity } from './data/person.entity.js';
import { RoleGrantEntity } from './data/role-grant.entity.js';
import { accountPolicy } from './domain/account.policy.js';
import { PolicyRegistry } from './domain/policy-registry.js';
import { AccountController } from './http/account.controller.js';
import { SignInController } from './http/sign-in.controller.js';
import { Actors } from './operations/actors.js';
import { AppointAdministrator } from './operations/appoint-administrator.js';
import { ChooseLanguage } from './operations/choose-language.js';
import { IdentityProviders } from './operations/identity-providers.js';
import { SignIn } from './operations/sign-in.js';
import { SignOut } from './operations/sign-out.js';

/** Who somebody is and what they may do. Global, because every module registers its policy here. */
@Global()
@Module({
  imports: [AuditModule, TypeOrmModule.forFeature([PersonEntity, IdentityEntity, RoleGrantEntity])],
  controllers: [SignInController, AccountController],
  providers: [
    AccessPorts,
    Actors,
    AppointAdministrator,
    ChooseLanguage,
    IdentityProviders,
    People,
    { provide: PolicyRegistry, useFactory: () => new PolicyRegistry() },
    SignIn,
    SignOut,
  ],
  exports: [AccessPorts, AppointAdministrator, People, PolicyRegistry],
})
export class AccessModule implements OnModuleInit {
  constructor(
    private readonly http: HttpPorts,
    private readonly actors: Actors,
    private readonly policies: PolicyRegistry,
  ) {}

  onModuleInit(): void {
    this.http.actorResolver = this.actors;
    this.http.routePolicy = this.policies;
    this.policies.register(accountPolicy);
  }
}
