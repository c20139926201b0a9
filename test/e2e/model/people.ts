import type { World } from '../world.ts';
import { GROUPS } from './command.ts';
import { type Facts, WORK_PHONE } from './rules.ts';

const EXTENSION = 'urn:ietf:params:scim:schemas:extension:amazonconnect:2.0:User';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const ACME = 'urn:acme:1.0:User';
const CORE = 'urn:ietf:params:scim:schemas:core:2.0';

interface Group {
  readonly id: string;
  displayName: string;
  readonly members: Set<string>;
}

/** The identity provider: what it has sent, and was told to be stored. */
export class People {
  readonly #world: World;
  readonly facts = new Map<string, Facts>();
  readonly groups: Group[] = [];
  /** Which group a name of the rules means: the first that had it, whatever it is called now. */
  readonly #meant = new Map<string, string>();

  constructor(world: World) {
    this.#world = world;
  }

  async createUser(facts: Facts): Promise<string> {
    const reply = await this.#sent('post', '/Users', body(facts));
    const { id } = reply.body as { id: string };
    this.facts.set(id, facts);
    return id;
  }

  async replaceUser(id: string, facts: Facts): Promise<void> {
    await this.#sent('put', `/Users/${id}`, body(facts));
    this.facts.set(id, facts);
  }

  async patchUser(id: string, facts: Facts, path: string, value: unknown): Promise<void> {
    await this.#world.patch(`/Users/${id}`, { op: 'replace', path, value });
    this.facts.set(id, facts);
  }

  async deleteUser(id: string): Promise<void> {
    await this.#sent('delete', `/Users/${id}`);
    this.facts.delete(id);
    for (const { members } of this.groups) members.delete(id);
  }

  async createGroup(displayName: string): Promise<void> {
    if (this.groups.some((group) => group.displayName === displayName)) return;
    const id = await this.#world.addGroup(displayName);
    this.groups.push({ id, displayName, members: new Set() });
    this.#named(displayName, id);
  }

  async renameGroup(name: string): Promise<void> {
    const group = this.groups.find(({ displayName }) => displayName.startsWith(name));
    if (!group) return;
    const to = group.displayName === name ? `${name} (old)` : name;
    if (this.groups.some(({ displayName }) => displayName === to)) return;
    await this.#world.patch(`/Groups/${group.id}`, { op: 'replace', path: 'displayName', value: to });
    group.displayName = to;
    this.#named(to, group.id);
  }

  async deleteGroup(name: string): Promise<void> {
    const index = this.groups.findIndex(({ displayName }) => displayName.startsWith(name));
    const group = this.groups[index];
    if (!group) return;
    await this.#sent('delete', `/Groups/${group.id}`);
    this.groups.splice(index, 1);
    for (const [meant, id] of this.#meant) if (id === group.id) this.#meant.delete(meant);
  }

  async join(name: string, member: string): Promise<void> {
    const group = this.groups.find(({ displayName }) => displayName.startsWith(name));
    if (!group) return;
    await this.#world.patch(`/Groups/${group.id}`, {
      op: 'add',
      path: 'members',
      value: [{ value: member }],
    });
    if (this.facts.has(member)) group.members.add(member);
  }

  async leave(name: string, member: string): Promise<void> {
    const group = this.groups.find(({ displayName }) => displayName.startsWith(name));
    if (!group) return;
    await this.#world.patch(`/Groups/${group.id}`, { op: 'remove', path: `members[value eq "${member}"]` });
    group.members.delete(member);
  }

  /** By the names that the rules use. */
  groupsOf(id: string): ReadonlySet<string> {
    return new Set(GROUPS.filter((name) => this.#groupMeant(name)?.members.has(id)));
  }

  /** What was acknowledged is what is read. */
  async judge(): Promise<readonly string[]> {
    const problems: string[] = [];
    for (const [id, facts] of this.facts) {
      const reply = await this.#world.scim('get', `/Users/${id}`);
      const { userName, active, name, phoneNumbers = [], emails = [] } = reply.body as Read;
      const mobile = phoneNumbers.find(({ type }) => type === 'mobile')?.value ?? '';
      const read = [userName, active, name?.givenName, name?.familyName, mobile, emails[0]?.value ?? ''];
      const sent = [
        facts.userName,
        facts.active,
        facts.givenName,
        facts.familyName,
        facts.mobile,
        facts.email,
      ];
      if (String(read) !== String(sent))
        problems.push(`SCIM has ${read.join(', ')}; sent was ${sent.join(', ')}`);
    }
    for (const { id, displayName, members } of this.groups) {
      const reply = await this.#world.scim('get', `/Groups/${id}`);
      const read = (reply.body as { members?: { value: string }[] }).members ?? [];
      const known = read.map(({ value }) => value).filter((value) => this.facts.has(value));
      if (String(known.sort()) !== String([...members].sort()))
        problems.push(`${displayName} has other members`);
    }
    return problems;
  }

  #groupMeant(name: string): Group | undefined {
    const id = this.#meant.get(name);
    return this.groups.find((group) => (id ? group.id === id : group.displayName === name));
  }

  #named(name: string, id: string): void {
    if (GROUPS.some((each) => each === name) && !this.#meant.has(name)) this.#meant.set(name, id);
  }

  async #sent(method: 'post' | 'put' | 'delete', path: string, content?: object) {
    const reply = await this.#world.scim(method, path, content);
    if (reply.status >= 300) throw new Error(`${method} ${path}: ${reply.status} ${reply.text}`);
    return reply;
  }
}

interface Read {
  readonly userName: string;
  readonly active: boolean;
  readonly name?: { readonly givenName: string; readonly familyName: string };
  readonly phoneNumbers?: readonly { readonly type: string; readonly value: string }[];
  readonly emails?: readonly { readonly value: string }[];
}

function body(facts: Facts): object {
  const { userName, active, givenName, familyName, mobile, email, department, grant } = facts;
  return {
    schemas: [`${CORE}:User`, EXTENSION, ENTERPRISE, ACME],
    userName,
    active,
    name: { givenName, familyName },
    phoneNumbers: [
      { type: 'work', value: WORK_PHONE },
      ...(mobile ? [{ type: 'mobile', value: mobile }] : []),
    ],
    emails: email ? [{ type: 'work', value: email, primary: true }] : [],
    [ENTERPRISE]: { department },
    [EXTENSION]: { securityProfiles: grant ? [grant] : [] },
    [ACME]: { startDate: facts.startDate || undefined, endDate: facts.endDate || undefined },
  };
}
