import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Id } from '../../shared/ids.js';

const tenths = { to: (months: number) => months, from: (text: string) => Number(text) };

/** While it is there, hosts may offer places for the draft. */
@Entity('call_offer_frames')
export class CallOfferFrameEntity {
  @PrimaryColumn('uuid')
  callId: Id;

  @Column('timestamptz')
  until: Date;

  @Column('numeric', { precision: 4, scale: 1, transformer: tenths })
  minMonths: number;

  @Column('numeric', { precision: 4, scale: 1, transformer: tenths })
  maxMonths: number;

  @Column('timestamptz')
  openedAt: Date;
}
