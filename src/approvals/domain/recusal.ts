/** Why an officer says that they are bound to what their side decides. Translation keys `approvals.recusal.reasons.<code>`. */
export const RECUSAL_REASONS = [
  'family',
  'supervision',
  'joint_work',
  'institution',
  'interest',
  'other',
] as const;
export type RecusalReason = (typeof RECUSAL_REASONS)[number];
