import type { Id } from '../../shared/ids.js';

/** Whom an institution nominates, and who takes the place of whoever falls out. */
export const ORDER_LISTS = ['nominees', 'reserve'] as const;
export type OrderList = (typeof ORDER_LISTS)[number];

export const ORDER_MOVES = ['up', 'down', 'nominees', 'reserve', 'off'] as const;
/** One place up or down, to the end of a list, or out of the order. */
export type OrderMove = (typeof ORDER_MOVES)[number];

/** The order of one institution for one call, the first first. */
export type NominationOrder = Readonly<Record<OrderList, readonly Id[]>>;

/** The order after a move. What cannot be moved further stays where it is; somebody new can only be put on a list. */
export function moved(order: NominationOrder, id: Id, move: OrderMove): NominationOrder {
  const without = (list: readonly Id[]) => list.filter((each) => each !== id);
  switch (move) {
    case 'up':
      return mapped(order, (list) => shifted(list, id, -1));
    case 'down':
      return mapped(order, (list) => shifted(list, id, 1));
    case 'off':
      return mapped(order, without);
    case 'nominees':
    case 'reserve':
      if (order[move].includes(id)) return order;
      return { ...mapped(order, without), [move]: [...order[move], id] };
  }
}

/** Somebody of the reserve takes the place in the order of whoever fell out. */
export function substituted(order: NominationOrder, former: Id, successor: Id): NominationOrder {
  const nominees = order.nominees.filter((id) => id !== successor);
  return {
    nominees: nominees.includes(former)
      ? nominees.map((id) => (id === former ? successor : id))
      : [...nominees, successor],
    reserve: order.reserve.filter((id) => id !== former && id !== successor),
  };
}

function mapped(order: NominationOrder, change: (list: readonly Id[]) => readonly Id[]): NominationOrder {
  return { nominees: change(order.nominees), reserve: change(order.reserve) };
}

function shifted(list: readonly Id[], id: Id, by: -1 | 1): readonly Id[] {
  const from = list.indexOf(id);
  const to = from + by;
  const other = list[to];
  if (from < 0 || other === undefined) return list;
  return list.map((each, index) => (index === from ? other : index === to ? id : each));
}
