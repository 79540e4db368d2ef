// Loaded into what is measured (`node --import`): tells, when it is asked, what its requests have cost so far.
import pg from 'pg';

let statements = 0;
const send = pg.Client.prototype.query;
pg.Client.prototype.query = function counted(...args) {
  statements += 1;
  return send.apply(this, args);
};
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ statements, cpuMs: (user + system) / 1000 });
});
process.channel?.unref();
