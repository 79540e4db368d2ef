import type { AccountBelongings } from '../../access/public.js';

/** Of two accounts that become one: files and letters are the other's. */
export const documentsOfAccount: AccountBelongings = {
  async move(ctx, { keptId, joinedId }) {
    await ctx.tx.query('update uploads set owner_id = $1 where owner_id = $2', [keptId, joinedId]);
    await ctx.tx.query('update partial_uploads set owner_id = $1 where owner_id = $2', [keptId, joinedId]);
    await ctx.tx.query('update document_signatures set signer_id = $1 where signer_id = $2', [
      keptId,
      joinedId,
    ]);
    await ctx.tx.query('update issued_documents set holder_id = $1 where holder_id = $2', [keptId, joinedId]);
  },
};
