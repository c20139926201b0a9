import type { Generated, Kysely, Transaction } from 'kysely';

/** A connection for reading; a transaction will do too. */
export type Db = Kysely<Schema>;
/** A transaction: what it did is durable once `Store.write` has resolved, and gone if it rejects. */
export type Tx = Transaction<Schema>;

/**
 * The tables, alike on SQLite and PostgreSQL. Times are UTC milliseconds; JSON is text in columns named `doc`
 * or after what they hold; booleans are 0 | 1. "folded" is the lower-cased value used for matching only.
 */
export interface Schema {
  meta: { key: string; value: string };
  scim_user: UserTable;
  user_email: { user_id: string; directory: string; value_folded: string };
  scim_group: GroupTable;
  group_member: GroupMemberTable;
  group_pin: { directory: string; name: string; group_id: string };
  link: LinkTable;
  work_item: WorkItemTable;
  fan_out: FanOutTable;
  guard_effect: GuardEffectTable;
  approved_grant: ApprovedGrantTable;
  replaced_user: ReplacedUserTable;
  mapping_version: MappingVersionTable;
  audit: AuditTable;
  leaver: LeaverTable;
  /** Live resources of a directory; `resource` is the name of their table. */
  resource_block: { directory: string; resource: string; block: number; total: number };
  owner: OwnerTable;
}

export interface UserTable {
  /** Order of creation, the stable order of lists. */
  seq: Generated<number>;
  id: string;
  directory: string;
  user_name: string;
  user_name_folded: string;
  display_name: string | null;
  external_id: string | null;
  /** Null when the document does not say. */
  active: number | null;
  /** The resource as sent by the client, without id and meta. */
  doc: string;
  version: number;
  created_at: number;
  modified_at: number;
}

export interface GroupTable {
  seq: Generated<number>;
  id: string;
  directory: string;
  display_name: string;
  display_name_folded: string;
  external_id: string | null;
  /** The resource as sent, without id, meta and members. */
  doc: string;
  version: number;
  created_at: number;
  modified_at: number;
  /** Since when it is gone for every reader; its member rows wait for the fan-out that purges them. */
  deleted_at: number | null;
}

export interface GroupMemberTable {
  seq: Generated<number>;
  group_id: string;
  /** A SCIM id; no foreign key, since a member may be named before it exists. */
  member_id: string;
  display: string | null;
  type: string | null;
}

/** One row per (SCIM user, instance) that the bridge has touched or parked. Outlives the SCIM user. */
export interface LinkTable {
  seq: Generated<number>;
  user_id: string;
  instance: string;
  directory: string;
  /** Kept for messages after the SCIM user was deleted. */
  user_name: string;
  user_name_folded: string;
  connect_user_id: string | null;
  username: string | null;
  username_folded: string | null;
  lifecycle: string;
  sync: string;
  /** JSON ParkReason while parked or held. */
  reason: string | null;
  /** That of `reason`, to be found by. */
  waits_for_folded: string | null;
  last_applied: string;
  actual: string;
  snapshot: string | null;
  agent_status_id: string | null;
  /** Username of a CreateUser that was begun and whose outcome is not known. */
  creating: string | null;
  retiring: string | null;
  /** When the SCIM user was DELETEd. */
  scim_deleted_at: number | null;
  synced_at: number | null;
  /** When the bridge last read or wrote the user in Connect; null for one that it never has. */
  seen_at: Generated<number | null>;
  addresses_seen_at: Generated<number | null>;
  /** JSON: what the mapping set and what was last seen; null before. */
  tags: Generated<string | null>;
  proficiencies: Generated<string | null>;
  /** JSON: those that lead to him; null when they were not looked for. */
  quick_connects: Generated<string | null>;
  /** Since when he is suspended; null while he is not. */
  suspended_at: Generated<number | null>;
  /** 1 when he is to be deleted for having been suspended so long. */
  expired: Generated<number | null>;
  /** That of `actual`, to be counted by. */
  routing_profile_id: string | null;
}

/** A user to be reconciled with an instance: a key, never an event. */
export interface WorkItemTable {
  user_id: string;
  instance: string;
  directory: string;
  /** Raised by every change; `settle` removes the row only when it is unchanged. */
  generation: number;
  stage: string;
  lane: string;
  due_at: number;
  attempts: number;
  lease_until: number;
  /** When the first change that it stands for was received. */
  received_at: number;
  last_error: string | null;
  /** The Connect operation that its plan calls first; null before it is planned. */
  operation: string | null;
}

/** Many users to be enqueued, expanded in batches. */
export interface FanOutTable {
  seq: Generated<number>;
  directory: string;
  /** Null is every user of the directory and every link. */
  group_id: string | null;
  /** What `cursor` runs through: members | users | links. */
  phase: string;
  /** The last `seq` that was expanded. */
  cursor: number;
  due_at: number;
  received_at: number;
}

interface ReplacedUserTable {
  instance: string;
  connect_user_id: string;
  /** SCIM id of whom he was. */
  user_id: string;
  directory: string;
  username: string;
  suspended_at: number;
}

interface GuardEffectTable {
  user_id: string;
  instance: string;
  effect: string;
  state: string;
  /** Name of the batch it is held in. */
  batch: string | null;
  cause: string;
  counted_at: number;
  /** The user's, when it was counted. */
  routing_profile_id: string | null;
}

/** A way by which a sensitive security profile is granted, to which a person has said yes. */
interface ApprovedGrantTable {
  directory: string;
  instance: string;
  security_profile_id: string;
  source: string;
  cause: string;
  approved_by: string;
  approved_at: number;
}

export interface MappingVersionTable {
  seq: Generated<number>;
  directory: string;
  hash: string;
  text: string;
  state: string;
  proposed_at: number;
  activated_at: number | null;
  /** JSON: what it would change, per instance. */
  summary: string | null;
  error: string | null;
  /** As an `actor` of the audit; null when it is not known. */
  author: string | null;
}

export interface AuditTable {
  seq: Generated<number>;
  at: number;
  directory: string;
  /** `client:okta`, `operator:uid 1000`, `bridge`. */
  actor: string;
  action: string;
  user_id: string | null;
  group_id: string | null;
  instance: string | null;
  request_id: string | null;
  detail: string;
}

/** Which process may call Connect, per account and Region. */
interface OwnerTable {
  scope: string;
  holder: string;
  /** Raised by each change of hands. */
  epoch: number;
  expires_at: number;
}

/** How long a user's access took to end: the last time that it did, or was to. */
export interface LeaverTable {
  user_id: string;
  instance: string;
  directory: string;
  user_name: string;
  cause: string;
  received_at: number;
  held_at: number | null;
  approved_at: number | null;
  removed_at: number | null;
}
