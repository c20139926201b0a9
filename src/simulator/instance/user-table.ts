import type { UserRecord } from './records.ts';

/**
 * The users of an instance, by id and by username, with the search index that follows them.
 *
 * DescribeUser and ListUsers read the table and are consistent; SearchUsers reads an index that shows creates,
 * updates and deletes some seconds later (AWS's own SCIM sample reports it from live instances).
 */
export class UserTable {
  readonly #indexLagMs: number;
  readonly #byId = new Map<string, UserRecord>();
  readonly #byUsername = new Map<string, UserRecord>();
  readonly #index = new Map<string, UserRecord>();
  readonly #indexing: {
    readonly dueMs: number;
    readonly id: string;
    readonly user: UserRecord | undefined;
  }[] = [];

  constructor(indexLagMs: number) {
    this.#indexLagMs = indexLagMs;
  }

  get size(): number {
    return this.#byId.size;
  }

  get(id: string): UserRecord | undefined {
    return this.#byId.get(id);
  }

  /** Case matters, even with SAML (admin guide, configure SAML). */
  named(username: string): UserRecord | undefined {
    return this.#byUsername.get(username);
  }

  all(): Iterable<UserRecord> {
    return this.#byId.values();
  }

  put(user: UserRecord, nowMs: number): void {
    this.#byId.set(user.id, user);
    this.#byUsername.set(user.name, user);
    this.#write(user.id, user, nowMs);
  }

  /** The username is free again at once (CloudFormation and Terraform replace users that way). */
  delete(user: UserRecord, nowMs: number): void {
    this.#byId.delete(user.id);
    this.#byUsername.delete(user.name);
    this.#write(user.id, undefined, nowMs);
  }

  /** What SearchUsers sees at `nowMs`. */
  indexed(nowMs: number): Iterable<UserRecord> {
    this.#catchUp(nowMs);
    return this.#index.values();
  }

  #write(id: string, user: UserRecord | undefined, nowMs: number): void {
    this.#catchUp(nowMs);
    this.#indexing.push({ dueMs: nowMs + this.#indexLagMs, id, user });
  }

  #catchUp(nowMs: number): void {
    const firstLater = this.#indexing.findIndex(({ dueMs }) => dueMs > nowMs);
    const due = this.#indexing.splice(0, firstLater === -1 ? this.#indexing.length : firstLater);
    for (const { id, user } of due) {
      if (user) this.#index.set(id, user);
      else this.#index.delete(id);
    }
  }
}
