// Load on one address from a process of its own, so that it does not share the thread of what is measured.
// Reads { url, readers, connections, seconds } from standard input and writes autocannon's result as JSON. Of each reader the
// headers that say who they are.
import autocannon from 'autocannon';
import { text } from 'node:stream/consumers';

const { url, readers, connections, seconds } = JSON.parse(await text(process.stdin));
const requests = readers.map((headers) => ({ headers }));
let clients = 0;
const result = await autocannon({
  url,
  connections,
  duration: seconds,
  requests,
  // In turn as many people as it takes that none of them meets the limit that each person has; every connection begins with
  // another one, or a short run would ask for the first few again and again.
  setupClient(client) {
    const first = Math.floor((clients++ * requests.length) / connections) % requests.length;
    client.setRequests([...requests.slice(first), ...requests.slice(0, first)]);
  },
});
process.stdout.write(JSON.stringify(result));
