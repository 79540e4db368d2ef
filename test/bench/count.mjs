// Loaded into what is measured (`node --import`): tells, when it is asked, what its requests have cost so far.
import pg from 'pg';

const cost = { statements: 0, messages: 0 };
const { execute, query, sync } = pg.Connection.prototype;
pg.Connection.prototype.execute = function counted(...args) {
  cost.statements += 1;
  return execute.apply(this, args);
};
pg.Connection.prototype.query = function counted(...args) {
  cost.statements += 1;
  cost.messages += 1;
  return query.apply(this, args);
};
pg.Connection.prototype.sync = function counted(...args) {
  cost.messages += 1;
  return sync.apply(this, args);
};

/** Milliseconds of this process on any core, statements, and messages to the database that waited for an answer. */
export function costSoFar() {
  const { user, system } = process.cpuUsage();
  return { ...cost, cpuMs: (user + system) / 1000 };
}

process.on('message', () => process.send?.(costSoFar()));
process.channel?.unref();
