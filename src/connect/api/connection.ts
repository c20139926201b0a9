import { Connect, type ConnectClientConfig } from '@aws-sdk/client-connect';
import type { Clock } from '../../clock.ts';
import { type Budget, budgetScope } from '../budget.ts';
import { connectError, missingMember } from '../error.ts';
import type { ConnectOperation } from '../operation.ts';
import { OutageGate } from '../outage.ts';
import { type Role, roleCredentials } from './role.ts';

export interface ConnectionOptions {
  /** The bridge's own name for the instance. */
  readonly alias: string;
  readonly region: string;
  readonly instanceId: string;
  /** The simulator's address; absent for AWS. */
  readonly endpoint?: string | undefined;
  /** The role through which its account is reached; absent for the account of the credentials. */
  readonly role?: Role | undefined;
  readonly budget: Budget;
  readonly clock: Clock;
  /** Asked right before each call, after the wait for its token; throws to withhold it. Absent permits all. */
  readonly permit?: (() => void) | undefined;
  /** Longest wait for the head of a reply, and longest silence in it, in milliseconds of real time. */
  readonly requestTimeoutMs: number;
  /** Absent is the SDK's default chain. With a role, they are what assumes it. */
  readonly credentials?: NonNullable<ConnectClientConfig['credentials']> | undefined;
}

/** Where a call stands in line for its token, and what ends its wait there. */
export interface Turn {
  readonly lane: number;
  readonly signal?: AbortSignal | undefined;
}

interface Page {
  NextToken?: string | undefined;
}

/** The way to one instance: every call takes its token first and fails as ConnectError. */
export class Connection {
  readonly alias: string;
  readonly instanceId: string;
  readonly clock: Clock;
  readonly #api: Connect;
  readonly #budget: Budget;
  readonly #scope: string;
  readonly #permit: () => void;
  readonly gate: OutageGate;

  constructor(options: ConnectionOptions) {
    this.alias = options.alias;
    this.instanceId = options.instanceId;
    this.clock = options.clock;
    this.#budget = options.budget;
    this.#scope = budgetScope({ region: options.region, roleArn: options.role?.arn });
    this.#permit = options.permit ?? (() => undefined);
    this.gate = new OutageGate(options.clock);
    this.#api = new Connect(clientConfig(options));
  }

  /**
   * One call of one operation; none while no call gets through.
   *
   * @throws ConnectError; or the signal's reason, when it aborts before the call was made
   */
  async call<T>(operation: ConnectOperation, turn: Turn, run: (api: Connect) => Promise<T>): Promise<T> {
    this.gate.check();
    await this.#budget.take({ ...turn, scope: this.#scope, operation, instance: this.alias });
    this.#permit();
    this.gate.enter();
    try {
      const reply = await run(this.#api);
      this.gate.passed();
      return reply;
    } catch (cause) {
      const error = connectError(cause, operation);
      if (error.kind === 'outage') this.gate.failed(error);
      else this.gate.passed();
      if (error.kind === 'throttled') this.#budget.throttled(this.#scope, operation);
      throw error;
    }
  }

  /** All pages, one call each. A page that fails throws: a partial read must never pass for the whole. */
  async *pages<P extends Page>(
    operation: ConnectOperation,
    turn: Turn,
    read: (api: Connect, nextToken: string | undefined) => Promise<P>,
  ): AsyncGenerator<P, void> {
    let nextToken: string | undefined;
    do {
      const page: P = await this.call(operation, turn, (api) => read(api, nextToken));
      yield page;
      if (page.NextToken !== undefined && page.NextToken === nextToken) {
        throw missingMember(operation, 'new NextToken');
      }
      nextToken = page.NextToken;
    } while (nextToken);
  }

  /** The items of all pages. */
  async all<P extends Page, T>(
    operation: ConnectOperation,
    turn: Turn,
    read: (api: Connect, nextToken: string | undefined) => Promise<P>,
    items: (page: P) => readonly T[] | undefined,
  ): Promise<T[]> {
    const all: T[] = [];
    for await (const page of this.pages(operation, turn, read)) all.push(...(items(page) ?? []));
    return all;
  }

  /** Closes idle sockets. */
  close(): void {
    this.#api.destroy();
  }
}

function clientConfig(options: ConnectionOptions): ConnectClientConfig {
  const { region, endpoint, role, requestTimeoutMs } = options;
  const credentials = role ? roleCredentials({ ...options, ...role }) : options.credentials;
  // One token, one request: retries are the work queue's, durable and audited. The SDK's would spend tokens unseen
  // and repeat CreateUser, which has no idempotency token.
  const agent = { keepAlive: true, maxSockets: MAX_SOCKETS };
  return {
    region,
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: requestTimeoutMs,
      requestTimeout: requestTimeoutMs,
      socketTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
      httpAgent: agent,
      httpsAgent: agent,
    },
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
  };
}

/**
 * Above what the budget lets out within one timeout, so that a call which has its token never waits for a socket:
 * there its timeout would run.
 */
const MAX_SOCKETS = 500;
