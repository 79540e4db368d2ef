import { ApiProperty } from '@nestjs/swagger';
import { APPLICATION_STATES } from '../../domain/application.states.js';
import type { ApplicationState } from '../../domain/application.states.js';
import type { ApplicationStanding } from '../../operations/read-states.js';
import { CustodyResource, custodyResource } from './application-resources.js';

/** Where an application stands, without whose it is and what it says. */
export class StandingResource {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ example: 'RS-2027-000123' })
  number: string;

  @ApiProperty({ description: 'Name of the call in addresses' })
  call: string;

  @ApiProperty({ enum: APPLICATION_STATES })
  state: ApplicationState;

  @ApiProperty({ type: String, format: 'date-time' })
  since: string;

  @ApiProperty({ type: [CustodyResource], description: 'Who has it, since when, until when' })
  custody: CustodyResource[];
}

export class StandingPageResource {
  @ApiProperty({ type: [StandingResource] })
  items: StandingResource[];

  @ApiProperty({ type: String, nullable: true, description: 'Value of `after` for the next page' })
  next: string | null;
}

export function standingResource(standing: ApplicationStanding): StandingResource {
  const { id, number, call, state, since, custody } = standing;
  return {
    id,
    number,
    call: call.slug,
    state,
    since: since.toISOString(),
    custody: custody.map(custodyResource),
  };
}
