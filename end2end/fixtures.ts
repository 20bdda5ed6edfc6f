// What a test gets: a server of its own, people with browsers of their own, and the check that nobody's browser complained.
import { type BrowserContextOptions, test as base, expect } from '@playwright/test';
import { Person, connect, server_gone } from './person.ts';
import { Proxy, network_gone } from './proxy.ts';
import { Server, type Settings } from './server.ts';

type Fixtures = {
  /** Settings of the server beyond port and data folder: `test.use({ settings: { TWOTICK_PASSWORDLESS: 'true' } })`. */
  settings: Settings;
  server: Server;
  /** A network with faults between the server and whoever comes by it: `person('ana', { baseURL: network.url })`. */
  network: Proxy;
  /** A browser that nobody has registered in. */
  visitor: (name: string, options?: BrowserContextOptions) => Promise<Person>;
  /** The same, registered through the form. */
  person: (name: string, options?: BrowserContextOptions) => Promise<Person>;
  /** Ana and Bea, registered in this order and connected; neither has a conversation open. */
  pair: [Person, Person];
  /** The same, but Ana comes by `network`, and her browser may complain about it. */
  apart: [Person, Person];
};

export const test = base.extend<Fixtures>({
  settings: [{}, { option: true }],

  server: async ({ settings }, use, testInfo) => {
    const server = await Server.start(settings);
    await use(server);
    await server.discard();
    if (testInfo.status !== testInfo.expectedStatus) await testInfo.attach('server log', { body: server.log, contentType: 'text/plain' });
  },

  network: async ({ server }, use) => {
    const network = await Proxy.start(server);
    await use(network);
    network.discard();
  },

  // Whoever comes by the network leaves before it does.
  visitor: async ({ browser, server, network: _ }, use) => {
    const people: Person[] = [];
    await use(async (name, options = {}) => {
      const person = await Person.arrive(name, browser, { baseURL: server.url, ...options });
      people.push(person);
      return person;
    });
    const complaints = people.flatMap((person) => person.problems().map((problem) => `${person.name}: ${problem}`));
    for (const person of people) await person.context.close();
    expect(complaints, 'the browsers have nothing to complain about').toEqual([]);
  },

  person: async ({ visitor }, use) => {
    await use(async (name, options) => {
      const person = await visitor(name, options);
      await person.register();
      return person;
    });
  },

  pair: async ({ person }, use) => {
    const ana = await person('ana');
    const bea = await person('bea');
    await connect(ana, bea);
    await use([ana, bea]);
  },

  apart: async ({ person, network }, use) => {
    const ana = await person('ana', { baseURL: network.url });
    ana.expects(...server_gone, ...network_gone);
    const bea = await person('bea');
    await connect(ana, bea);
    await use([ana, bea]);
  },
});

export { expect } from '@playwright/test';
export { type Person, answered, connect, connectByForms, password, server_gone } from './person.ts';
