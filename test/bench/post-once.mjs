// Posts each of many requests exactly once, by so many at once, from a process of its own. Reads { port, requests, connections }
// from standard input and writes { seconds, refused } as JSON.
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';

const { port, requests, connections } = JSON.parse(await text(process.stdin));
const agent = new Agent({ keepAlive: true, maxSockets: connections });
const refused = {};

function post({ path, token, body }) {
  const payload = JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(payload),
    };
    const sent = request({ host: '127.0.0.1', port, path, method: 'POST', agent, headers }, (answer) => {
      answer.resume();
      answer.on('end', () => {
        if (answer.statusCode >= 300) refused[answer.statusCode] = (refused[answer.statusCode] ?? 0) + 1;
        resolve();
      });
    });
    sent.on('error', reject);
    sent.end(payload);
  });
}

const began = performance.now();
await Promise.all(
  Array.from({ length: connections }, async () => {
    for (let next = requests.pop(); next; next = requests.pop()) await post(next);
  }),
);
agent.destroy();
process.stdout.write(JSON.stringify({ seconds: (performance.now() - began) / 1000, refused }));
