import { Entity, PrimaryColumn } from 'typeorm';
import type { Id } from '../../shared/ids.js';

/** From where to where one may go by a call. */
@Entity('call_directions')
export class CallDirectionEntity {
  @PrimaryColumn('uuid')
  callId: Id;

  @PrimaryColumn('text')
  homeCountry: string;

  @PrimaryColumn('text')
  hostCountry: string;
}
