// Load on one address from a process of its own, so that it does not share the thread of what is measured.
// Reads { url, tokens, connections, seconds } from standard input and writes autocannon's result as JSON.
import autocannon from 'autocannon';
import { text } from 'node:stream/consumers';

const { url, tokens, connections, seconds } = JSON.parse(await text(process.stdin));
const result = await autocannon({
  url,
  connections,
  duration: seconds,
  // In turn as many people as it takes that none of them meets the limit that each person has.
  requests: tokens.map((token) => ({ headers: { authorization: `Bearer ${token}` } })),
});
process.stdout.write(JSON.stringify(result));
