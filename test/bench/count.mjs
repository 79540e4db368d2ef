// Loaded into what is measured (`node --import`): tells, when it is asked, what its requests have cost so far.
import pg from 'pg';

const cost = { statements: 0, messages: 0 };
const unanswered = new WeakMap();
const { query, execute, sync } = pg.Connection.prototype;

/** What is sent while an answer is still awaited goes along with it. */
function count(connection) {
  const before = unanswered.get(connection) ?? 0;
  if (before === 0) {
    cost.messages += 1;
    if (!unanswered.has(connection)) {
      connection.on('readyForQuery', () => unanswered.set(connection, (unanswered.get(connection) ?? 1) - 1));
    }
  }
  unanswered.set(connection, before + 1);
}
pg.Connection.prototype.query = function counted(...args) {
  cost.statements += 1;
  count(this);
  return query.apply(this, args);
};
pg.Connection.prototype.execute = function counted(...args) {
  cost.statements += 1;
  return execute.apply(this, args);
};
pg.Connection.prototype.sync = function counted(...args) {
  count(this);
  return sync.apply(this, args);
};

/** Milliseconds of this process on any core, statements, and waits for the database. */
export function costSoFar() {
  const { user, system } = process.cpuUsage();
  return { ...cost, cpuMs: (user + system) / 1000 };
}

process.on('message', () => process.send?.(costSoFar()));
process.channel?.unref();
