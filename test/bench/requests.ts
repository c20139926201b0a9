import type { RequestText } from './load.ts';
import { TOKEN } from './servers.ts';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const DEPARTMENTS = ['Sales', 'Support', 'Billing', 'Quality', 'Training'];

export function userName(index: number): string {
  return `agent.${index}@acme.test`;
}

/** About 700 bytes, as Okta and Entra send them. */
export function user(index: number, nickName = 'Agent'): object {
  return {
    schemas: [`${CORE}:User`, ENTERPRISE],
    userName: userName(index),
    externalId: `00u${String(index).padStart(17, '0')}`,
    name: { givenName: 'Ana', familyName: `Byron-${index}`, formatted: `Ana Byron-${index}` },
    displayName: `Ana Byron-${index}`,
    nickName,
    title: 'Customer adviser',
    locale: 'en-GB',
    timezone: 'Europe/London',
    emails: [{ value: userName(index), type: 'work', primary: true }],
    phoneNumbers: [{ value: '020 7946 0001', type: 'mobile' }],
    addresses: [{ type: 'work', locality: 'Leeds', country: 'GB' }],
    active: true,
    [ENTERPRISE]: {
      employeeNumber: String(100_000 + index),
      costCenter: 'CC-4711',
      department: DEPARTMENTS[index % DEPARTMENTS.length],
    },
  };
}

export function group(displayName: string, memberIds: readonly string[]): object {
  return { schemas: [`${CORE}:Group`], displayName, members: memberIds.map((value) => ({ value })) };
}

export function patch(op: string, path: string, value?: unknown): object {
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op, path, ...(value !== undefined && { value }) }],
  };
}

export function filtered(filter: string): RequestText {
  return get(`/Users?filter=${encodeURIComponent(filter)}`);
}

export function get(path: string): RequestText {
  return `GET /scim/v2${path} HTTP/1.1\r\n${HEADERS}\r\n`;
}

export function send(method: 'POST' | 'PUT' | 'PATCH', path: string, body: object): RequestText {
  const text = JSON.stringify(body);
  return `${method} /scim/v2${path} HTTP/1.1\r\n${HEADERS}Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
}

const HEADERS = [
  'Host: scim.acme.test',
  `Authorization: Bearer ${TOKEN}`,
  'Accept: application/scim+json',
  'Content-Type: application/scim+json',
  '',
].join('\r\n');
