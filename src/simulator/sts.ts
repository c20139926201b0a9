import { randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { ConnectionReset, type Faults, strike } from './faults.ts';
import type { Journal } from './journal.ts';
import type { SimulatorSeed } from './seed.ts';
import { accessDenied, ConnectServiceError, type throttled } from './wire/errors.ts';
import type { WireReply, WireRequest } from './wire/message.ts';

/** What a session of a role may do: everything, in the role's account. */
export interface Session {
  readonly roleArn: string;
  readonly account: string;
  /** UTC milliseconds. */
  readonly expiresAt: number;
}

interface StsParts {
  readonly clock: Clock;
  readonly roles: SimulatorSeed['roles'];
  readonly account: string;
  readonly region: string;
  readonly throttleError: Parameters<typeof throttled>[0];
  readonly faults: Faults;
  readonly journal: Journal;
}

/** As much of AWS's Security Token Service as giving out sessions of roles takes: AssumeRole, on the Query protocol. */
export class Sts {
  readonly #parts: StsParts;
  readonly #sessions = new Map<string, Session>();

  constructor(parts: StsParts) {
    this.#parts = parts;
  }

  /** Whose credentials signed a request; undefined for those that STS did not give out, which may do everything. */
  session(authorization: string | undefined): Session | undefined {
    return this.#sessions.get(/Credential=([^/]+)\//.exec(authorization ?? '')?.[1] ?? '');
  }

  async serve({ body }: WireRequest): Promise<WireReply> {
    const { clock, journal, account, region } = this.#parts;
    const entry = { at: clock.now(), account, region, operation: 'AssumeRole', requestId: randomUUID() };
    try {
      const xml = await this.#assumeRole(new URLSearchParams(body));
      journal.add({ ...entry, status: 200 });
      return reply(200, `<AssumeRoleResponse ${NAMESPACE}>${xml}</AssumeRoleResponse>`);
    } catch (error) {
      if (error instanceof ConnectionReset) {
        journal.add({ ...entry, status: 0, errorType: 'ConnectionReset' });
        return { kind: 'reset' };
      }
      if (!(error instanceof ConnectServiceError)) throw error;
      journal.add({ ...entry, status: error.status, errorType: error.type });
      // The Query protocol's codes are the names without that word.
      const code = error.type.replace(/Exception$/, '');
      const detail = `<Type>Sender</Type><Code>${code}</Code><Message>${escaped(error.message)}</Message>`;
      return reply(
        error.status,
        `<ErrorResponse ${NAMESPACE}><Error>${detail}</Error><RequestId>${entry.requestId}</RequestId></ErrorResponse>`,
      );
    }
  }

  async #assumeRole(form: URLSearchParams): Promise<string> {
    const { clock, faults, throttleError, account, roles } = this.#parts;
    const arn = form.get('RoleArn') ?? '';
    // Text as AWS has it for a role that is not there, or whose trust policy does not let the caller in.
    const refuse = () =>
      accessDenied(
        `User: arn:aws:iam::${account}:user/simulator is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
      );
    const fault = faults.take('AssumeRole', undefined);
    const hit = { clock, throttleError, denied: refuse };
    if (fault) await strike(fault, 'beforeCommit', hit);
    const role = roles.find((one) => one.arn === arn);
    if (!role || (role.externalId ?? null) !== form.get('ExternalId')) throw refuse();
    const expiresAt = clock.now() + Number(form.get('DurationSeconds') ?? 3_600) * 1_000;
    const key = `ASIA${randomBytes(8).toString('hex').toUpperCase()}`;
    this.#sessions.set(key, { roleArn: arn, account: arn.split(':')[4]!, expiresAt });
    if (fault) await strike(fault, 'afterCommit', hit);
    return sessionXml(key, arn, form.get('RoleSessionName') ?? '', expiresAt);
  }
}

const NAMESPACE = 'xmlns="https://sts.amazonaws.com/doc/2011-06-15/"';

/** Members as in the service model, version 2011-06-15. */
function sessionXml(key: string, arn: string, session: string, expiresAt: number): string {
  const assumed = `${arn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/${session}`;
  const credentials = `<AccessKeyId>${key}</AccessKeyId><SecretAccessKey>simulated</SecretAccessKey><SessionToken>simulated</SessionToken><Expiration>${new Date(expiresAt).toISOString()}</Expiration>`;
  const user = `<AssumedRoleId>AROASIMULATED:${session}</AssumedRoleId><Arn>${assumed}</Arn>`;
  return `<AssumeRoleResult><Credentials>${credentials}</Credentials><AssumedRoleUser>${user}</AssumedRoleUser></AssumeRoleResult>`;
}

function reply(status: number, body: string): WireReply {
  return { kind: 'response', status, headers: { 'content-type': 'text/xml' }, body };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
