import type { DayRequest, Hour } from './day.ts';

/** What an IdP knows of a bridge. */
export interface IdpMemory {
  /** Of what it created, by name. */
  readonly ids: Map<string, string>;
  /** Versions that it was told of, by path; null is a deletion. */
  readonly acknowledged: Map<string, number | null>;
}

export interface IdentityProviderOptions {
  readonly token: string;
  /** Empty unless given. */
  readonly memory?: IdpMemory;
  /** Resolves when a bridge is there to be asked, anew after each crash. */
  readonly bridgeUrl: () => Promise<string>;
  /** Called as a request leaves, with how many left before it. */
  readonly onSend: (index: number) => void;
}

interface Answer {
  readonly status: number;
  readonly etag: string | null;
  readonly body: Record<string, unknown>;
}

/** Repeats what got no answer, and takes a 409 for a resource that it made before, as IdPs do. */
export class IdentityProvider {
  /** Requests that had to be repeated. */
  repeated = 0;
  readonly #options: IdentityProviderOptions;
  readonly #ids: IdpMemory['ids'];
  readonly #acknowledged: IdpMemory['acknowledged'];
  #sent = 0;

  constructor(options: IdentityProviderOptions) {
    this.#options = options;
    this.#ids = options.memory?.ids ?? new Map();
    this.#acknowledged = options.memory?.acknowledged ?? new Map();
  }

  async live(hour: Hour): Promise<void> {
    for (const step of hour) await Promise.all(step.map((request) => this.#do(request)));
  }

  /** @returns all resources below /Users or /Groups, in order of creation */
  async all(path: string): Promise<readonly Record<string, unknown>[]> {
    const { body } = await this.#send('GET', `${path}?count=100`);
    return body['Resources'] as readonly Record<string, unknown>[];
  }

  /** What of the acknowledged the bridge at that URL does not have. */
  async lost(url: string): Promise<readonly string[]> {
    const lost: string[] = [];
    for (const [path, version] of this.#acknowledged) {
      const { status, etag } = await this.#ask(url, 'GET', path);
      const kept = version === null ? status === 404 : status === 200 && versionOf(etag) >= version;
      if (!kept) lost.push(`${path}: acknowledged ${version ?? 'deleted'}, now ${status} ${etag}`);
    }
    return lost;
  }

  async #do({ method, path, body, creates }: DayRequest): Promise<void> {
    const target = this.#filled(path);
    // From here on both would be right: that it is there, and that it is gone.
    if (method === 'DELETE') this.#acknowledged.delete(target);
    const answer = await this.#send(method, target, body && this.#filled(JSON.stringify(body)));
    const { status, etag } = await this.#settled(answer, { path: target, creates });
    if (status >= 300 && !(method === 'DELETE' && status === 404))
      throw new Error(`${method} ${path} was answered ${status} ${JSON.stringify(answer.body)}`);
    if (method === 'DELETE') this.#acknowledged.set(target, null);
    else if (etag !== null)
      this.#acknowledge(creates ? `${path}/${this.#ids.get(creates.name)}` : target, etag);
  }

  #acknowledge(path: string, etag: string): void {
    this.#acknowledged.set(path, Math.max(versionOf(etag), this.#acknowledged.get(path) ?? 0));
  }

  /** Learns the id of what was created, by this answer or by one that never came. */
  async #settled(
    answer: Answer,
    { path, creates }: { readonly path: string; readonly creates: DayRequest['creates'] },
  ): Promise<Answer> {
    if (!creates) return answer;
    const known = answer.status === 409 ? await this.#lookUp(path, creates.filter) : answer;
    this.#ids.set(creates.name, String(known.body['id']));
    return known;
  }

  async #lookUp(path: string, filter: string): Promise<Answer> {
    const { status, body } = await this.#send('GET', `${path}?filter=${encodeURIComponent(filter)}`);
    const [found] = body['Resources'] as readonly Record<string, unknown>[];
    return { status, etag: (found!['meta'] as { version: string }).version, body: found! };
  }

  async #send(method: string, path: string, body?: string): Promise<Answer> {
    const url = await this.#options.bridgeUrl();
    const sending = this.#ask(url, method, path, body);
    if (method !== 'GET') this.#options.onSend(this.#sent++);
    try {
      return await sending;
    } catch (error) {
      // A bridge that is where it was has not been killed: then this is another failure.
      if ((await this.#options.bridgeUrl()) === url)
        throw new Error(`${method} ${url}${path}`, { cause: error });
      this.repeated += 1;
      return this.#send(method, path, body);
    }
  }

  async #ask(url: string, method: string, path: string, body?: string): Promise<Answer> {
    const headers = {
      authorization: `Bearer ${this.#options.token}`,
      'content-type': 'application/scim+json',
    };
    const reply = await fetch(`${url}/scim/v2${path}`, {
      method,
      headers,
      ...(body !== undefined && { body }),
    });
    const text = await reply.text();
    return {
      status: reply.status,
      etag: reply.headers.get('etag'),
      body: (text ? JSON.parse(text) : {}) as Answer['body'],
    };
  }

  #filled(text: string): string {
    return text.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => {
      const id = this.#ids.get(name);
      if (id === undefined) throw new Error(`the day names "${name}" before it is created`);
      return id;
    });
  }
}

function versionOf(etag: string | null): number {
  return Number(/^W\/"(\d+)"$/.exec(etag ?? '')?.[1] ?? 0);
}
