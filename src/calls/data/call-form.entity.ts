import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Id } from '../../shared/ids.js';
import type { FormDefinition } from '../domain/form.js';

/** One version of a call's form, never changed after somebody began with it. */
@Entity('call_forms')
export class CallFormEntity {
  @PrimaryColumn('uuid')
  callId: Id;

  @PrimaryColumn('integer')
  version: number;

  @Column('jsonb')
  definition: FormDefinition;

  @Column('timestamptz')
  createdAt: Date;
}
