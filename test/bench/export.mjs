import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { addOfficials } from './sign-in.mjs';

const ACCOUNT = 'ministry@rs.demo';
/** As many as one export may hold. */
export const EXPORT_ROWS = 100_000;
const WATCH_MS = 50;
const COLUMNS = 'number,call,category,home,host,state,since,submitted,name';

/**
 * The worklist of a ministry as a file over HTTP, and what is in it by `COPY` through the driver. The memory is what the
 * process has at most meanwhile beyond what it had before the first export.
 */
export async function prepareExport({
  root,
  owner,
  postgres,
  port,
  dataDir,
  settings,
  startMost,
  ends,
  load,
}) {
  const demo = await import(join(root, 'dist/demo/public.js'));
  const account = demo.demoAccount(ACCOUNT);
  const country = account.roles[0].country;
  // All of them at most are in sight: each leaves one of the two countries for the other.
  await load(Math.floor(EXPORT_ROWS * 0.95));

  const subjects = Array.from({ length: 20 }, (_, place) => `bench-export-${place}`);
  const issuer = demo.demoIssuer(account.provider, port + 1);
  await addOfficials(owner, {
    issuer,
    provider: account.provider,
    subjects,
    country,
    role: 'ministry_officer',
  });
  const tokens = await Promise.all(
    subjects.map((subject) => demo.issueDemoToken({ ...account, subject }, { issuer, dataDir })),
  );
  const most = await startMost({ ...settings, ROLE: 'web' });
  ends.push(() => most.stop());
  let used = 0;
  const resident = () =>
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${most.pid}/status`, 'utf8'))[1]) / 1024;
  let more = 0;

  async function download(format) {
    const token = tokens[used++ % tokens.length];
    const query = new URLSearchParams({ format, columns: COLUMNS });
    const before = resident();
    let peak = before;
    const watch = setInterval(() => (peak = Math.max(peak, resident())), WATCH_MS);
    const began = performance.now();
    let [bytes, lines] = [0, 0];
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/api/v1/applications/export?${query}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      if (answer.status !== 200)
        throw new Error(`the export answers ${answer.status}: ${await answer.text()}`);
      for await (const chunk of answer.body) {
        bytes += chunk.length;
        if (format === 'csv') lines += linesIn(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length));
      }
    } finally {
      clearInterval(watch);
    }
    more = Math.max(more, peak - before);
    return { milliseconds: performance.now() - began, bytes, lines: lines - 1 };
  }

  // What the list shows of the same officer, a few files that only the host side sees besides.
  const first = await download('csv');
  const rows = first.lines;
  if (rows < 1000) throw new Error(`the export has ${rows} rows`);
  process.stderr.write(`  ${rows} rows, ${Math.round(first.bytes / 2 ** 20)} MiB as CSV\n`);
  const client = new pg.Client({ connectionString: postgres.ownerUrl });
  await client.connect();
  ends.push(() => client.end());

  async function copy() {
    let bytes = 0;
    const count = ({ chunk }) => (bytes += chunk.length);
    client.connection.on('copyData', count);
    const began = performance.now();
    await client.query(`copy (
      select a.number, c.title->>'sr', c.category, h.name_native, o.name_native, a.state, a.state_since, a.submitted_at,
        p.native_given || ' ' || p.native_family
      from applications a join calls c on c.id = a.call_id join persons p on p.id = a.applicant_id
        left join institutions h on h.id = a.home_institution_id left join institutions o on o.id = a.host_institution_id
      where a.number is not null order by a.state_since, a.id limit ${rows}) to stdout (format csv)`);
    const seconds = (performance.now() - began) / 1000;
    client.connection.off('copyData', count);
    if (bytes < rows * 50) throw new Error(`COPY gave ${bytes} bytes`);
    return rows / seconds;
  }

  const measured = (format) => ({
    limit: copy,
    async ours() {
      more = 0;
      const { milliseconds, lines } = await download(format);
      if (format === 'csv' && lines !== rows) throw new Error(`${lines} rows instead of ${rows}`);
      return (rows * 1000) / milliseconds;
    },
  });
  return { csv: measured('csv'), xlsx: measured('xlsx'), rows, megabytes: () => more };
}

/** Whoever receives the file shall not be what it is measured by. */
function linesIn(text) {
  let lines = 0;
  for (let at = text.indexOf(10); at >= 0; at = text.indexOf(10, at + 1)) lines += 1;
  return lines;
}
