import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { ConnectionReset, type Faults, strike } from './faults.ts';
import { idOf, isUuid, parseArn } from './instance/identifiers.ts';
import type { Instance } from './instance/instance.ts';
import type { Journal } from './journal.ts';
import { findOperation, type Operation } from './operations.ts';
import type { Session, Sts } from './sts.ts';
import type { Throttle } from './throttle.ts';
import * as errors from './wire/errors.ts';
import type { WireReply, WireRequest } from './wire/message.ts';

export interface FrontDoorParts {
  readonly clock: Clock;
  readonly instances: readonly Instance[];
  readonly account: string;
  readonly region: string;
  readonly throttle: Throttle;
  readonly throttleError: 'TooManyRequestsException' | 'ThrottlingException';
  readonly faults: Faults;
  readonly journal: Journal;
  readonly sts: Sts;
}

/** A request with everything that the wire and the instances say about it before it is carried out. */
interface Target {
  readonly request: WireRequest;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly operation: Operation | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** Undefined when there is none, or none that is JSON. */
  readonly body: unknown;
  readonly account: string;
  readonly region: string;
  /** The session of a role that signed it. */
  readonly session: Session | undefined;
  readonly instance: Instance | undefined;
  readonly userId: string | undefined;
  readonly username: string | undefined;
}

type Outcome =
  | { readonly kind: 'done'; readonly reply: object | undefined }
  | { readonly kind: 'failed'; readonly error: errors.ConnectServiceError }
  | { readonly kind: 'reset' };

/** From a request on the wire to the answer: throttle, faults, operation, journal. */
export class FrontDoor {
  readonly #parts: FrontDoorParts;

  constructor(parts: FrontDoorParts) {
    this.#parts = parts;
  }

  async serve(request: WireRequest): Promise<WireReply> {
    const at = this.#parts.clock.now();
    const requestId = randomUUID();
    const target = this.#target(request);
    const outcome = await this.#outcome(target);
    this.#record(target, outcome, at, requestId);
    return wireReply(outcome, requestId);
  }

  #target(request: WireRequest): Target {
    const [path = '', query = ''] = request.rawUrl.split(/\?(.*)/s);
    const found = findOperation(request.method, path);
    const labels = found?.labels ?? {};
    const body = parsedJson(request.body);
    const scopeRegion = regionOfScope(request.authorization);
    const session = this.#parts.sts.session(request.authorization);
    const instance = this.#instanceAt(instanceValue(labels, body), scopeRegion, session);
    const userId = userValue(labels) || undefined;
    const user = instance?.users.get(userId ?? '');
    return {
      request,
      path,
      query: new URLSearchParams(query),
      operation: found?.operation,
      labels,
      body,
      account: instance?.account ?? session?.account ?? this.#parts.account,
      region: instance?.region ?? scopeRegion ?? this.#parts.region,
      session,
      instance,
      userId,
      username: user?.name ?? textMember(body, 'Username'),
    };
  }

  async #outcome(target: Target): Promise<Outcome> {
    try {
      return { kind: 'done', reply: await this.#run(target) };
    } catch (error) {
      if (error instanceof errors.ConnectServiceError) return { kind: 'failed', error };
      if (error instanceof ConnectionReset) return { kind: 'reset' };
      throw error;
    }
  }

  /** Throttling comes before anything is looked at, so a call that is not valid costs a token too. */
  async #run(target: Target): Promise<object | undefined> {
    const { operation, account, region, username, session } = target;
    if (session && session.expiresAt <= this.#parts.clock.now())
      throw errors.refusedCredentials('ExpiredTokenException');
    if (!operation) throw errors.unknownOperation(target.request.method, target.path);
    const key = `${account} ${region} ${operation.name}`;
    if (!this.#parts.throttle.admits(key, this.#parts.clock.now())) {
      throw errors.throttled(this.#parts.throttleError);
    }
    const fault = this.#parts.faults.take(operation.name, username);
    const hit = { ...this.#parts, denied: () => denied(target) };
    if (fault) await strike(fault, 'beforeCommit', hit);
    const reply = this.#carryOut(operation, target);
    if (fault) await strike(fault, 'afterCommit', hit);
    return reply;
  }

  #carryOut(operation: Operation, target: Target): object | undefined {
    const { labels, query, body, account, region } = target;
    if (target.request.body !== '' && body === undefined) throw errors.serialization('The body is not JSON.');
    const instances = this.#parts.instances.filter((one) => one.account === account && one.region === region);
    const nowMs = this.#parts.clock.now();
    const call = { operation: operation.name, labels, query, body, nowMs, instances };
    if (operation.of === 'account') return operation.handle(call);
    return operation.handle({ ...call, instance: target.instance ?? noInstance(labels, body) });
  }

  /**
   * An instance is found by id in the caller's Region only, and by the session of a role in its account only; its ARN
   * must name both.
   */
  #instanceAt(
    value: string,
    scopeRegion: string | undefined,
    session: Session | undefined,
  ): Instance | undefined {
    const arn = parseArn(value);
    const id = arn?.instanceId ?? value;
    return this.#parts.instances.find(
      (one) =>
        one.id === id &&
        (scopeRegion === undefined || one.region === scopeRegion) &&
        (session === undefined || one.account === session.account) &&
        (!arn || (arn.region === one.region && arn.account === one.account)),
    );
  }

  #record(target: Target, outcome: Outcome, at: number, requestId: string): void {
    // CreateUser is the one operation that is not told the user's id but tells it.
    const userId =
      target.userId ?? (outcome.kind === 'done' ? textMember(outcome.reply, 'UserId') : undefined);
    const errorType = errorTypeOf(outcome);
    const securityProfileIds = textsMember(target.body, 'SecurityProfileIds');
    this.#parts.journal.add({
      at,
      account: target.account,
      region: target.region,
      operation: target.operation?.name ?? `${target.request.method} ${target.path}`,
      ...(target.instance ? { instanceId: target.instance.id } : {}),
      ...(userId === undefined ? {} : { userId }),
      ...(target.username === undefined ? {} : { username: target.username }),
      ...(securityProfileIds === undefined ? {} : { securityProfileIds }),
      status: statusOf(outcome),
      ...(errorType === undefined ? {} : { errorType }),
      ...(target.session ? { roleArn: target.session.roleArn } : {}),
      requestId,
    });
  }
}

function wireReply(outcome: Outcome, requestId: string): WireReply {
  if (outcome.kind === 'reset') return outcome;
  const headers = { 'content-type': 'application/json', 'x-amzn-RequestId': requestId };
  if (outcome.kind === 'done') {
    const body = outcome.reply === undefined ? '' : JSON.stringify(outcome.reply);
    return { kind: 'response', status: 200, headers, body };
  }
  const { type, status, member, message } = outcome.error;
  const body = JSON.stringify({ [member]: message });
  return { kind: 'response', status, headers: { ...headers, 'x-amzn-ErrorType': type }, body };
}

function statusOf(outcome: Outcome): number {
  switch (outcome.kind) {
    case 'done':
      return 200;
    case 'failed':
      return outcome.error.status;
    case 'reset':
      return 0;
    default:
      return outcome satisfies never;
  }
}

function errorTypeOf(outcome: Outcome): string | undefined {
  if (outcome.kind === 'failed') return outcome.error.type;
  return outcome.kind === 'reset' ? 'ConnectionReset' : undefined;
}

/** Any credentials are good that STS did not give out; only the Region of their SigV4 scope counts. */
function regionOfScope(authorization: string | undefined): string | undefined {
  return /Credential=[^/]+\/\d{8}\/([^/]+)\/connect\//.exec(authorization ?? '')?.[1];
}

const instanceValue = (labels: Target['labels'], body: unknown): string =>
  labels['InstanceId'] ?? labels['resourceArn'] ?? textMember(body, 'InstanceId') ?? '';

function userValue(labels: Target['labels']): string {
  const { type, id } = parseArn(labels['resourceArn'] ?? '')?.resource ?? {};
  return type === 'agent' && id ? id : idOf(labels['UserId'] ?? '');
}

/** Why there is no instance: missing, malformed (with the text seen in public), or unknown. */
function noInstance(labels: Target['labels'], body: unknown): never {
  const named = 'InstanceId' in labels || 'resourceArn' in labels;
  if (!named && textMember(body, 'InstanceId') === undefined) throw errors.missingParameter('InstanceId');
  const value = instanceValue(labels, body);
  if (!isUuid(value) && !parseArn(value)) throw errors.invalidParameter(value);
  throw errors.resourceNotFound();
}

/** Text as seen in public for a denied Connect call (live-call-analytics #93). */
function denied({ account, operation, instance, userId }: Target): errors.ConnectServiceError {
  const resource = instance && userId ? instance.resourceArn('agent', userId) : (instance?.arn ?? '*');
  const caller = `arn:aws:sts::${account}:assumed-role/simulator/session`;
  return errors.accessDenied(
    `User: ${caller} is not authorized to perform: connect:${operation?.name} on resource: ${resource}`,
  );
}

/** Members that are null count as left out, as in AWS's own parsers. */
function parsedJson(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text, (_key, value: unknown) => (value === null ? undefined : value)) as unknown;
  } catch {
    return undefined;
  }
}

function textMember(body: unknown, name: string): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const value = (body as Record<string, unknown>)[name];
  return typeof value === 'string' ? value : undefined;
}

function textsMember(body: unknown, name: string): readonly string[] | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const value = (body as Record<string, unknown>)[name];
  return Array.isArray(value) ? value.map(String) : undefined;
}
