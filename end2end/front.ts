// A reverse proxy that changes the headers of answers, as operators' proxies do. Bodies and sockets pass as they are.
import { once } from 'node:events';
import { type IncomingHttpHeaders, type Server as Listener, createServer, request } from 'node:http';
import type { Socket } from 'node:net';

/** What becomes of the headers of an answer. */
export type Change = (path: string, headers: IncomingHttpHeaders) => IncomingHttpHeaders;

export class Front {
  private constructor(
    private readonly listener: Listener,
    readonly url: string,
    private readonly sockets: Set<Socket>,
  ) {}

  static async start(port: number, change: Change): Promise<Front> {
    const sockets = new Set<Socket>();
    const listener = createServer((asked, answer) => {
      const { method, url: path = '/', headers } = asked;
      const onward = request({ host: '127.0.0.1', port, method, path, headers }, (answered) => {
        answer.writeHead(answered.statusCode ?? 502, change(path, answered.headers));
        answered.pipe(answer);
      });
      onward.on('error', () => answer.destroy());
      asked.pipe(onward);
    });
    listener.on('connection', (socket) => sockets.add(socket).size && socket.on('close', () => sockets.delete(socket)));
    listener.on('upgrade', ({ method, url: path, headers }, browser: Socket, first: Buffer) => {
      const onward = request({ host: '127.0.0.1', port, method, path, headers });
      onward.on('upgrade', ({ rawHeaders }, server: Socket, early: Buffer) => {
        const lines = Array.from({ length: rawHeaders.length / 2 }, (_, index) => rawHeaders.slice(2 * index, 2 * index + 2).join(': '));
        browser.write(['HTTP/1.1 101 Switching Protocols', ...lines, '\r\n'].join('\r\n'));
        browser.write(early);
        server.write(first);
        server.on('error', () => browser.destroy()).pipe(browser);
        browser.on('error', () => server.destroy()).pipe(server);
      });
      onward.on('error', () => browser.destroy());
      onward.end();
    });
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const address = listener.address();
    if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
    return new Front(listener, `http://127.0.0.1:${address.port}`, sockets);
  }

  discard(): void {
    this.listener.close();
    for (const socket of this.sockets) socket.destroy();
  }
}
