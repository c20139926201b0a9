import { CommandError, EXIT } from '../shell.ts';
import type { RecordedRequest, Step } from './day.ts';
import type { Stage } from './stage.ts';

export interface Reply {
  readonly method: string;
  readonly status: number;
  /** Why, where the request was refused. */
  readonly detail: string | null;
}

interface Sent extends Pick<Step, 'directory' | 'headers'> {
  readonly method: string;
  readonly url: string;
  readonly body: string | undefined;
}

/** Sends what was recorded, over HTTP, with the ids of this run in place of the recorded ones. */
export class Replay {
  readonly #stage: Stage;
  /** By directory and name. */
  readonly #ids = new Map<string, string>();
  /** The last request that wrote a resource, by its path. */
  readonly #lastWrites = new Map<string, Sent>();

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** @throws CommandError when a reply has another status than the recorded one */
  async play(step: Step): Promise<readonly Reply[]> {
    const replies: Reply[] = [];
    for (const request of step.requests) replies.push(await this.#playOne(step, request));
    return replies;
  }

  /** Sends the last request of every resource once more. @returns how many there were */
  async repeatLastWrites(): Promise<number> {
    for (const sent of this.#lastWrites.values()) await this.#send(sent);
    return this.#lastWrites.size;
  }

  /** The SCIM id that a reply brought under this name. */
  idOf(directory: string, name: string): string {
    const id = this.#ids.get(`${directory}.${name}`);
    if (id === undefined) throw new Error(`the recording names "${name}" before a reply brought it`);
    return id;
  }

  async #playOne(step: Step, request: RecordedRequest): Promise<Reply> {
    const { directory = '', headers } = step;
    const { method, status: recorded } = request;
    const url = this.#urlOf(directory, this.#filled(directory, request.path));
    const body =
      request.body === undefined ? undefined : this.#filled(directory, JSON.stringify(request.body));
    const sent: Sent = { directory: step.directory, headers, method, url, body };
    const { status, reply } = await this.#send(sent);
    const detail = typeof reply['detail'] === 'string' ? reply['detail'] : null;
    if (status !== recorded)
      throw new CommandError(
        EXIT.failed,
        `${step.at} ${step.who} ${step.say}: ${method} ${request.path} was answered ${status}, not ${recorded}.${detail ? `\n${detail}` : ''}`,
      );
    const id = typeof reply['id'] === 'string' ? reply['id'] : null;
    if (request.capture && id) this.#ids.set(`${directory}.${request.capture}`, id);
    if (method !== 'GET' && status < 300 && directory)
      this.#lastWrites.set(`${new URL(url).pathname}${method === 'POST' ? `/${id}` : ''}`, sent);
    return { method, status, detail };
  }

  async #send({ directory, headers, method, url, body }: Sent) {
    const token = directory && this.#stage.tokens[directory];
    const response = await fetch(url, {
      method,
      headers: { ...headers, ...(token ? { authorization: `Bearer ${token}` } : {}) },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    return { status: response.status, reply: (text ? JSON.parse(text) : {}) as Record<string, unknown> };
  }

  #urlOf(directory: string, path: string): string {
    const { connectUrl, scimUrl } = this.#stage;
    return new URL(directory ? `${scimUrl}/${directory}/scim/v2${path}` : `${connectUrl}${path}`).href;
  }

  #filled(directory: string, text: string): string {
    return text.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => this.idOf(directory, name));
  }
}
