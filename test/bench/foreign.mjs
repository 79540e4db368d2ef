// How much of the machine others had: whatever runs that is neither this process nor one that it started.
import { readFileSync, readdirSync } from 'node:fs';

function processes() {
  const found = new Map();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      // The name of a program stands in brackets and may hold anything.
      const fields = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1).split(' ');
      const times = fields.slice(11, 15).map(Number);
      found.set(Number(name), {
        parent: Number(fields[1]),
        ticks: times.reduce((sum, each) => sum + each, 0),
      });
    } catch {
      // It has ended meanwhile.
    }
  }
  return found;
}

function ownTicks() {
  const all = processes();
  const isOwn = (id) => id === process.pid || (all.has(id) && isOwn(all.get(id).parent));
  let ticks = 0;
  for (const [id, each] of all) if (isOwn(id)) ticks += each.ticks;
  return ticks;
}

function machine() {
  const [user, nice, system, idle, wait, irq, soft, steal] = readFileSync('/proc/stat', 'utf8')
    .split('\n', 1)[0]
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number);
  const busy = user + nice + system + irq + soft + steal;
  return { busy, all: busy + idle + wait };
}

/** Runs the work and answers what of the machine's time went to others meanwhile, from 0 to 1. */
export async function withForeign(work) {
  const [before, own] = [machine(), ownTicks()];
  const result = await work();
  const after = machine();
  const all = after.all - before.all;
  const foreign = after.busy - before.busy - (ownTicks() - own);
  return { result, foreign: all > 0 ? Math.max(0, foreign / all) : 0 };
}
