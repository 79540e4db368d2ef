import { TransitionTable } from '../../shared/transition-table.js';

export const GATE_STATES = [
  'not_required',
  'pending',
  'cleared',
  'conditional',
  'refused',
  'expired',
] as const;
export type GateState = (typeof GATE_STATES)[number];

/** What an officer can say of a gate. */
export const GATE_VERDICTS = ['clear', 'clear_with_conditions', 'refuse', 'waive'] as const;
export type GateVerdict = (typeof GATE_VERDICTS)[number];
export type GateAct = GateVerdict | 'reopen' | 'expire';

const HOLDS: readonly GateState[] = ['cleared', 'conditional'];

/** One gate of one country. A human decides; the clock only ends what had an end. */
export const gateStates = new TransitionTable<GateState, GateAct>('gate', 'pending', GATE_STATES, [
  { act: 'clear', from: ['pending', 'conditional'], to: 'cleared', by: 'officer of that country' },
  { act: 'clear_with_conditions', from: ['pending'], to: 'conditional', by: 'officer of that country' },
  { act: 'refuse', from: ['pending', 'conditional'], to: 'refused', by: 'officer of that country' },
  { act: 'waive', from: ['pending'], to: 'not_required', by: 'officer of that country' },
  { act: 'expire', from: HOLDS, to: 'expired', by: 'clock, on the day after its last' },
  {
    act: 'reopen',
    from: ['cleared', 'conditional', 'not_required', 'expired'],
    to: 'pending',
    by: 'officer of that country, or a newer list of restricted parties',
  },
]);

/** With these a place may be offered. */
export const PASSED: readonly GateState[] = ['not_required', 'cleared', 'conditional'];

export function isPassed(state: GateState): boolean {
  return PASSED.includes(state);
}
