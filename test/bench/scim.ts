import type { RequestText, Run } from './load.ts';
import { load, open } from './load.ts';
import { median } from './median.ts';
import { filtered, get, group, patch, send, user, userName } from './requests.ts';
import type { Server } from './servers.ts';

export interface Rate {
  readonly name: string;
  /** Null where the floor has nothing like it. */
  readonly floor: Speed | null;
  readonly bridge: Speed;
  /** Least ratio of bridge to floor, in requests per second, that is aimed at. */
  readonly aim: number | null;
}

interface Speed {
  readonly perSecond: number;
  /** Microseconds of the server's processor time for one request: it varies less on a machine that is shared. */
  readonly cpuUs: number;
}

export interface MemberChange {
  readonly members: number;
  /** Milliseconds from the first byte sent to the last received, with nothing else going on. */
  readonly floor: { readonly add: number; readonly remove: number };
  readonly bridge: { readonly add: number; readonly remove: number };
}

export interface ScimOptions {
  readonly floor: Server;
  readonly bridge: Server;
  readonly users: number;
  /** Leaves out what has another name; the users are created in any case. */
  readonly only: string | undefined;
  readonly progress: (what: string) => void;
}

const CONNECTIONS = 16;
/** Servers take turns, so that a machine that is busy for a while is busy for both. */
const ROUNDS = 5;
const ROUND_MS = 700;
const PAGE = 100;
/** Beyond `users`: free to be added to the largest group. */
const SPARE_USERS = 200;
const GROUP_SIZES = [10, 100, 1_000, 10_000];
const CHANGES_PER_GROUP = 100;

/** Fills both servers with the users, measured, and then measures everything else. */
export async function measureScim(options: ScimOptions) {
  const { floor, bridge, progress } = options;
  const contents = { floor: new Contents(floor), bridge: new Contents(bridge) };
  progress(`creating ${options.users} users`);
  const creates = await measureCreates(contents, options.users);
  const rates: Rate[] = [creates];
  const wanted = (name: string) => options.only === undefined || name === options.only;
  for (const measure of measures(options.users).filter(({ name }) => wanted(name))) {
    progress(measure.name);
    rates.push(await measureRate(contents, measure));
  }
  const members: MemberChange[] = [];
  for (const size of GROUP_SIZES.filter((one) => wanted('members') && one <= options.users)) {
    progress(`group of ${size}`);
    members.push(await measureMembers(contents, size));
  }
  return { rates, members };
}

/** A server and the ids of the users it was given. */
class Contents {
  readonly ids: string[] = [];
  readonly #server: Server;

  constructor(server: Server) {
    this.#server = server;
  }

  get url(): string {
    return this.#server.url;
  }

  async speed(run: Run): Promise<Speed> {
    const before = this.#server.cpuMs();
    const { requests, perSecond } = await load(this.url, run);
    return { perSecond, cpuUs: ((this.#server.cpuMs() - before) * 1_000) / requests };
  }
}

function medianSpeed(speeds: readonly Speed[]): Speed {
  return {
    perSecond: median(speeds.map(({ perSecond }) => perSecond)),
    cpuUs: median(speeds.map(({ cpuUs }) => cpuUs)),
  };
}

interface Both {
  readonly floor: Contents;
  readonly bridge: Contents;
}

async function measureCreates(both: Both, users: number): Promise<Rate> {
  const all = users + SPARE_USERS;
  const perRound = Math.ceil(all / ROUNDS);
  const rates = { floor: [] as Speed[], bridge: [] as Speed[] };
  for (let from = 0; from < all; from += perRound) {
    const count = Math.min(perRound, all - from);
    for (const server of ['floor', 'bridge'] as const) {
      rates[server].push(await createUsers(both[server], from, count));
    }
  }
  return {
    name: 'create (POST)',
    floor: medianSpeed(rates.floor),
    bridge: medianSpeed(rates.bridge),
    aim: 1,
  };
}

function createUsers(server: Contents, from: number, count: number): Promise<Speed> {
  return server.speed({
    request: (index) => send('POST', '/Users', user(from + index)),
    expect: 201,
    connections: CONNECTIONS,
    until: { count },
    onReply: ({ body }, index) => {
      server.ids[from + index] = (JSON.parse(body) as { id: string }).id;
    },
  });
}

interface Measure {
  readonly name: string;
  readonly aim: number | null;
  /** The floor knows only what it is compared in. */
  readonly onFloor: boolean;
  readonly request: (ids: readonly string[], index: number, cursor: string) => RequestText;
}

function measures(users: number): readonly Measure[] {
  const LOOKUP = 0.45;
  const any = () => Math.floor(Math.random() * users);
  const read = { onFloor: true, aim: LOOKUP };
  const page = { onFloor: true, aim: 0.4 };
  const pageFrom = (startIndex: number) => get(`/Users?startIndex=${startIndex}&count=${PAGE}`);
  return [
    { ...read, name: 'get by id', request: (ids) => get(`/Users/${ids[any()]}`) },
    { ...read, name: 'userName eq', request: () => filtered(`userName eq "${userName(any())}"`) },
    { ...read, name: 'emails eq', request: () => filtered(`emails.value eq "${userName(any())}"`) },
    {
      ...page,
      name: `page of ${PAGE}`,
      request: () => pageFrom(1 + Math.floor(Math.random() * (users - PAGE))),
    },
    { ...page, name: 'first page', request: () => pageFrom(1) },
    { ...page, name: 'last page', request: () => pageFrom(users - PAGE + 1) },
    {
      name: 'page by cursor',
      aim: null,
      onFloor: false,
      request: (_ids, _index, cursor) => get(`/Users?count=${PAGE}&cursor=${encodeURIComponent(cursor)}`),
    },
    {
      name: 'complex filter',
      aim: null,
      onFloor: false,
      request: () =>
        filtered(
          `active eq true and (userName eq "${userName(any())}" or emails.value eq "${userName(any())}")`,
        ),
    },
    {
      name: 'PATCH',
      aim: 1,
      onFloor: true,
      request: (ids, index) =>
        send(
          'PATCH',
          `/Users/${ids[any()]}`,
          patch('replace', 'displayName', `Ana ${index} ${Math.random()}`),
        ),
    },
    {
      name: 'PUT',
      aim: 1,
      onFloor: true,
      request: (ids, index) => {
        const one = any();
        return send('PUT', `/Users/${ids[one]}`, user(one, `Ana ${index} ${Math.random()}`));
      },
    },
  ];
}

/** The head of a list, up to its resources. */
const CURSOR_WITHIN = 1_000;
const REST = /,"Resources":.*$/s;

async function measureRate(both: Both, measure: Measure): Promise<Rate> {
  const rates = { floor: [] as Speed[], bridge: [] as Speed[] };
  const servers = measure.onFloor ? (['floor', 'bridge'] as const) : (['bridge'] as const);
  const isByCursor = measure.name.endsWith('cursor');
  // Of the reply before, whichever connection it came from: so the pages go through the whole list, again and again.
  let cursor = '';
  for (let round = 0; round < ROUNDS; round++) {
    for (const server of servers) {
      const speed = await both[server].speed({
        request: (index) => measure.request(both[server].ids, index, cursor),
        onReply: ({ body }) => {
          if (isByCursor)
            cursor =
              (JSON.parse(body.slice(0, CURSOR_WITHIN).replace(REST, '}')) as { nextCursor?: string })
                .nextCursor ?? '';
        },
        expect: 200,
        connections: CONNECTIONS,
        until: { ms: ROUND_MS },
      });
      rates[server].push(speed);
    }
  }
  const { name, aim } = measure;
  const floor = measure.onFloor ? medianSpeed(rates.floor) : null;
  return { name, aim, floor, bridge: medianSpeed(rates.bridge) };
}

async function measureMembers(both: Both, size: number): Promise<MemberChange> {
  return {
    members: size,
    floor: await changeMembers(both.floor, size),
    bridge: await changeMembers(both.bridge, size),
  };
}

/** Adds users who are in no such group, one by one, and removes them again. */
async function changeMembers({ url, ids }: Contents, size: number) {
  const connection = await open(url);
  const created = await connection.send(
    send('POST', '/Groups', group(`Group of ${size}`, ids.slice(0, size))),
  );
  const { id } = JSON.parse(created.body) as { id: string };
  const times = { add: [] as number[], remove: [] as number[] };
  const change = async (kind: 'add' | 'remove', body: object) => {
    const request = send('PATCH', `/Groups/${id}`, body);
    const startedAt = performance.now();
    const { status, body: text } = await connection.send(request);
    times[kind].push(performance.now() - startedAt);
    if (status !== 204) throw new Error(`a member change was answered ${status}: ${text}`);
  };
  for (const member of ids.slice(-CHANGES_PER_GROUP)) {
    await change('add', patch('add', 'members', [{ value: member }]));
    await change('remove', patch('remove', `members[value eq "${member}"]`));
  }
  connection.close();
  return { add: median(times.add), remove: median(times.remove) };
}
