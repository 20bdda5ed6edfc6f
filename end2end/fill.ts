// Many messages of one person, written past the browser as fast as the server takes them. `many_allowed` lifts the limit on that.
import { randomBytes } from 'node:crypto';
import { Agent, request } from 'node:http';
import { type Person, roomNumber } from './person.ts';
import type { Settings } from './server.ts';

/** Settings of a server that takes as many messages as come. */
export const many_allowed: Settings = { TWOTICK_SENDS_PER_WINDOW_MAX: '1000000' };

/** A UUIDv7, as clients make them. */
function newCid(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  const random = randomBytes(10);
  random.writeUInt8((random.readUInt8(0) & 0x0f) | 0x70, 0);
  random.writeUInt8((random.readUInt8(2) & 0x3f) | 0x80, 2);
  const hex = time + random.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Stores this many messages in a room; in order only over one connection. */
export async function fill(author: Person, room: string, count: number, text = (index: number) => `message ${index}`, connections = 8): Promise<void> {
  const cookies = await author.context.cookies(author.origin);
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const headers = {
    'content-type': 'application/json',
    origin: author.origin,
    cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; '),
  };
  let next = 0;
  const send = async () => {
    for (let index = next++; index < count; index = next++) {
      const body = JSON.stringify({ cid: newCid(), room: roomNumber(room), content: text(index) });
      await post(author.url('/api/fn/send'), headers, body, agent);
    }
  };
  await Promise.all(Array.from({ length: connections }, send));
  agent.destroy();
}

function post(url: string, headers: Record<string, string>, body: string, agent: Agent): Promise<void> {
  return new Promise((done, fail) => {
    const asked = request(url, { method: 'POST', headers, agent }, (answer) => {
      answer.resume();
      answer.on('end', () => (answer.statusCode === 200 ? done() : fail(new Error(`A message was answered with ${answer.statusCode}.`))));
      answer.on('error', fail);
    });
    asked.on('error', fail);
    asked.end(body);
  });
}
