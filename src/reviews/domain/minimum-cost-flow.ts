const NONE = -1;
/** As many arcs are kept in the beginning. */
const FIRST = 1_024;

/**
 * The flow of least cost among the greatest from one node to another, by shortest augmenting paths with potentials, in
 * typed arrays. Capacities and costs are whole numbers; costs may be below 0 as long as no circle of arcs costs less than
 * nothing. Of several best flows it finds always the same one.
 */
export class MinimumCostFlow {
  private nodes = 0;
  private arcs = 0;
  /** Each arc and the way back lie side by side: of arc `a` the way back is `a ^ 1`. */
  private head = new Int32Array(FIRST);
  private room = new Int32Array(FIRST);
  private cost = new Float64Array(FIRST);
  /** Of each arc the one before it from the same node. */
  private before = new Int32Array(FIRST);
  private readonly last: number[] = [];

  node(): number {
    this.last.push(NONE);
    return this.nodes++;
  }

  arc(from: number, to: number, capacity: number, cost: number): number {
    const arc = this.half(from, to, capacity, cost);
    this.half(to, from, 0, -cost);
    return arc;
  }

  /** How much goes through an arc. */
  through(arc: number): number {
    return this.room[arc ^ 1] as number;
  }

  run(source: number, sink: number): void {
    const potential = this.cheapestFrom(source);
    const distance = new Float64Array(this.nodes);
    const by = new Int32Array(this.nodes);
    const queue = new Queue(this.nodes);
    for (;;) {
      distance.fill(Infinity);
      by.fill(NONE);
      distance[source] = 0;
      queue.put(source, 0);
      for (let node = queue.take(); node !== NONE; node = queue.take()) {
        for (let arc = this.last[node] as number; arc !== NONE; arc = this.before[arc] as number) {
          if (this.room[arc] === 0) continue;
          const to = this.head[arc] as number;
          const way =
            (distance[node] as number) +
            (this.cost[arc] as number) +
            (potential[node] as number) -
            (potential[to] as number);
          if (way >= (distance[to] as number)) continue;
          distance[to] = way;
          by[to] = arc;
          queue.put(to, way);
        }
      }
      if (distance[sink] === Infinity) return;
      for (let node = 0; node < this.nodes; node++) {
        if (distance[node] !== Infinity) {
          potential[node] = (potential[node] as number) + (distance[node] as number);
        }
      }
      this.push(source, sink, by);
    }
  }

  private push(source: number, sink: number, by: Int32Array): void {
    let most = Infinity;
    for (let node = sink; node !== source; node = this.tail(by[node] as number)) {
      most = Math.min(most, this.room[by[node] as number] as number);
    }
    for (let node = sink; node !== source; node = this.tail(by[node] as number)) {
      const arc = by[node] as number;
      this.room[arc] = (this.room[arc] as number) - most;
      this.room[arc ^ 1] = (this.room[arc ^ 1] as number) + most;
    }
  }

  private tail(arc: number): number {
    return this.head[arc ^ 1] as number;
  }

  /** What each node costs at least, where costs may be below 0 (Bellman and Ford); out of reach stays at 0. */
  private cheapestFrom(source: number): Float64Array {
    const cheapest = new Float64Array(this.nodes).fill(Infinity);
    cheapest[source] = 0;
    for (let changed = true; changed;) {
      changed = false;
      for (let arc = 0; arc < this.arcs; arc++) {
        if (this.room[arc] === 0) continue;
        const way = (cheapest[this.tail(arc)] as number) + (this.cost[arc] as number);
        if (way >= (cheapest[this.head[arc] as number] as number)) continue;
        cheapest[this.head[arc] as number] = way;
        changed = true;
      }
    }
    return cheapest.map((cost) => (cost === Infinity ? 0 : cost));
  }

  private half(from: number, to: number, capacity: number, cost: number): number {
    if (this.arcs === this.head.length) this.grow();
    const arc = this.arcs++;
    this.head[arc] = to;
    this.room[arc] = capacity;
    this.cost[arc] = cost;
    this.before[arc] = this.last[from] as number;
    this.last[from] = arc;
    return arc;
  }

  private grow(): void {
    const twice = <T extends Int32Array | Float64Array>(old: T, grown: T): T => {
      grown.set(old);
      return grown;
    };
    const size = 2 * this.head.length;
    this.head = twice(this.head, new Int32Array(size));
    this.room = twice(this.room, new Int32Array(size));
    this.cost = twice(this.cost, new Float64Array(size));
    this.before = twice(this.before, new Int32Array(size));
  }
}

/** Nodes by their distance, the nearest first, of equals the lowest number; a node may come up again with a shorter way. */
class Queue {
  private size = 0;
  private readonly node: number[] = [];
  private readonly way: number[] = [];
  private readonly best: Float64Array;

  constructor(nodes: number) {
    this.best = new Float64Array(nodes).fill(Infinity);
  }

  put(node: number, way: number): void {
    this.best[node] = way;
    let at = this.size++;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!this.isBefore(node, way, above)) break;
      this.node[at] = this.node[above] as number;
      this.way[at] = this.way[above] as number;
      at = above;
    }
    this.node[at] = node;
    this.way[at] = way;
  }

  take(): number {
    while (this.size > 0) {
      const node = this.node[0] as number;
      const way = this.way[0] as number;
      this.size--;
      if (this.size > 0) this.sink(this.node[this.size] as number, this.way[this.size] as number);
      if (way > (this.best[node] as number)) continue;
      this.best[node] = Infinity;
      return node;
    }
    return NONE;
  }

  private sink(node: number, way: number): void {
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= this.size) break;
      const other = below + 1;
      if (other < this.size && this.isBefore(this.node[other] as number, this.way[other] as number, below)) {
        below = other;
      }
      if (this.isBefore(node, way, below)) break;
      this.node[at] = this.node[below] as number;
      this.way[at] = this.way[below] as number;
      at = below;
    }
    this.node[at] = node;
    this.way[at] = way;
  }

  private isBefore(node: number, way: number, at: number): boolean {
    const other = this.way[at] as number;
    return way < other || (way === other && node < (this.node[at] as number));
  }
}
