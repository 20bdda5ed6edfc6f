// An application, and a server of its own that is told of what happens. It answers what it is said to answer.
import { once } from 'node:events';
import { type Server as Http, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from '@playwright/test';
import type { Server } from './server.ts';

/** What webhooks near by need. */
export const near = { TWOTICK_WEBHOOKS_ANYWHERE: 'true', TWOTICK_WEBHOOK_RETRY_MS: '20' };

export class Receiver {
  status = 204;
  came = 0;

  private constructor(
    readonly http: Http,
    readonly url: string,
  ) {}

  static async start(): Promise<Receiver> {
    let receiver: Receiver | undefined;
    const http = createServer((request, response) => {
      request.resume().on('end', () => {
        if (receiver) receiver.came += 1;
        response.writeHead(receiver?.status ?? 500).end();
      });
    });
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    receiver = new Receiver(http, `http://127.0.0.1:${(http.address() as AddressInfo).port}/hook`);
    return receiver;
  }

  end(): void {
    this.http.close();
    this.http.closeAllConnections();
  }
}

export class Host {
  private constructor(
    readonly server: Server,
    readonly key: string,
  ) {}

  /** A new application with a key that may do everything. */
  static async of(server: Server, name: string): Promise<Host> {
    expect((await server.command('app', 'create', name, '--title', 'Acme Jobs')).code).toBe(0);
    const { output } = await server.command('key', 'create', name, '--scopes', 'all');
    return new Host(server, /^Key: (\S+)$/m.exec(output)![1]);
  }

  async call(method: string, path: string, body?: unknown): Promise<any> {
    const headers = { authorization: `Bearer ${this.key}`, 'content-type': 'application/json' };
    const answer = await fetch(`${this.server.url}/api/v1/host${path}`, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    expect(answer.ok, `${method} ${path}: ${answer.status}`).toBe(true);
    const text = await answer.text();
    return text === '' ? undefined : JSON.parse(text);
  }

  /** A conversation about a thing, with a notice as its first event. */
  async job(id: string): Promise<void> {
    await this.call('PUT', '/users', { external_id: 'u-1', username: 'jobs.ann', display_name: 'Ann' });
    await this.call('POST', '/subjects', { kind: 'job', id, title: 'Paint the fence', participants: [{ external_id: 'u-1' }] });
  }
}
