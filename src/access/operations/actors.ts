import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import type { ActorResolver, UnknownRequest } from '../../platform/http/http-ports.js';
import type { SignedIn } from '../../platform/http/session-data.js';
import type { Actor } from '../../shared/actor.js';
import { ANONYMOUS, NO_TIES, SYSTEM } from '../../shared/actor.js';
import { IntegrationClients } from '../data/integration-clients.js';
import type { PersonWithGrants } from '../data/people.js';
import { hadSecondFactor } from '../domain/second-factor.js';
import { BearerTokens } from './bearer-tokens.js';
import { ProviderRegistry } from './provider-registry.js';

/** Who acts in a request. Grants are read anew each time: a role that was revoked a second ago is gone. */
@Injectable()
export class Actors implements ActorResolver {
  constructor(
    private readonly database: Database,
    private readonly clients: IntegrationClients,
    private readonly tokens: BearerTokens,
    private readonly registry: ProviderRegistry,
  ) {}

  async fromSession(signedIn: SignedIn, request: UnknownRequest): Promise<Actor> {
    // Whom a provider that was ended had vouched for, nobody vouches for any more.
    if (!this.registry.find(signedIn.provider)) return ANONYMOUS;
    const [known] = await this.database.ask<PersonWithGrants>(
      'select id, name, language, grants, ties from known_person($1, $2)',
      [signedIn.personId, request.clock.now()],
    );
    return known ? actorOf(known, signedIn.secondFactor, null) : ANONYMOUS;
  }

  async fromBearer(token: string, request: UnknownRequest): Promise<Actor> {
    const verified = await this.tokens.verify(token);
    const { issuer, subject, clientId, scopes, payload, secondFactorValues } = verified;
    // A program that got the token for itself is never a person, even where one is known by the same name.
    if (subject === clientId) return this.client(issuer, subject, scopes, request);
    const [known] = await this.database.ask<PersonWithGrants>(
      'select id, name, language, grants, ties from known_by_identity($1, $2, $3)',
      [issuer, subject, request.clock.now()],
    );
    if (!known) return { ...ANONYMOUS, scopes };
    return actorOf(known, hadSecondFactor(payload, secondFactorValues), scopes);
  }

  /**
   * Another system, with the scopes that both its token and its registration give. One that no institution registered
   * stands for nobody: its token opens only what asks for a scope and for no right.
   */
  private async client(
    issuer: string,
    subject: string,
    scopes: readonly string[],
    request: UnknownRequest,
  ): Promise<Actor> {
    const registered = await this.database.read({ ...request, actor: SYSTEM }, (ctx) =>
      this.clients.inForce(ctx, issuer, subject),
    );
    if (!registered) return { ...ANONYMOUS, scopes };
    return {
      kind: 'client',
      personId: null,
      agentId: registered.id,
      name: registered.name,
      grants: [{ role: 'integration_client', institutionId: registered.institutionId, country: null }],
      ties: NO_TIES,
      secondFactor: false,
      scopes: scopes.filter((scope) => registered.scopes.includes(scope)),
    };
  }
}

function actorOf(
  { id, name, grants, ties }: PersonWithGrants,
  secondFactor: boolean,
  scopes: readonly string[] | null,
): Actor {
  return { kind: 'person', personId: id, name, grants, ties, secondFactor, scopes };
}
