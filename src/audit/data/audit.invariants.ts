import type { Invariant } from '../../platform/database/invariant.js';
import { verifyChain } from './verify-chain.js';

export const auditInvariants: readonly Invariant[] = [
  {
    name: 'audit.chain_is_whole',
    meaning: 'No sealed entry of the audit record was changed, added, removed or reordered.',
    async offences(select, limit) {
      const { faults } = await verifyChain(select);
      return faults.slice(0, limit).map((fault) => ({ fault }));
    },
  },
];
