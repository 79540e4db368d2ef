import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { SYSTEM } from '../../shared/actor.js';
import type { IdentityProviderEntry } from '../../shared/identity-provider.js';
import { vouchesFor } from '../../shared/identity-provider.js';
import type { RequestContext } from '../../shared/request-context.js';
import { AccessPorts } from '../access-ports.js';
import type { FoundInstitution } from '../access-ports.js';
import { ProviderRegistry } from './provider-registry.js';

/** A list that is longer is no help: one writes more of the name. */
const SHOWN = 10;
const LONGEST_TEXT = 200;

/** How one can sign in at an institution. */
export interface WaysOfInstitution {
  readonly institution: FoundInstitution;
  /** Those that name it before those of its whole country. */
  readonly providers: readonly IdentityProviderEntry[];
}

export interface FoundWays {
  readonly text: string;
  readonly ways: readonly WaysOfInstitution[];
  /** Whether more institutions fit. */
  readonly more: boolean;
}

/** Who vouches for the people of an institution. Asks the register of institutions and no provider. */
@Injectable()
export class FindWays {
  constructor(
    private readonly database: Database,
    private readonly ports: AccessPorts,
    private readonly registry: ProviderRegistry,
  ) {}

  /** Null where nothing is looked for. */
  async find(request: RequestContext, typed: string | undefined): Promise<FoundWays | null> {
    const text = typed?.trim().slice(0, LONGEST_TEXT) ?? '';
    if (text === '') return null;
    const found = await this.database.read({ ...request, actor: SYSTEM }, (ctx) =>
      this.ports.places.findInstitutions(ctx, text, SHOWN + 1),
    );
    const providers = this.registry.all();
    return {
      text,
      more: found.length > SHOWN,
      ways: found.slice(0, SHOWN).map((institution) => {
        const fitting = providers.filter((entry) => vouchesFor(entry, institution));
        const named = fitting.filter(({ institutions }) => institutions !== 'all-of-country');
        return { institution, providers: [...named, ...fitting.filter((entry) => !named.includes(entry))] };
      }),
    };
  }
}
