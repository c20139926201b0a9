import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabaseSync } from 'node:sqlite';

/**
 * The least that a durable SCIM server could do, as a process of its own: node:http and node:sqlite, one
 * transaction for each write, one indexed lookup for each read, stored JSON text as it is. No authentication, no
 * validation, no versions, no audit, no work items.
 */
const database = new DatabaseSync(process.argv[2]!);
database.exec(`
  pragma journal_mode = wal;
  pragma synchronous = full;
  create table user (seq integer primary key, id text not null unique, user_name text not null unique,
    email text not null, doc text not null);
  create index user_by_email on user (email);
  create table member (group_id text not null, user_id text not null, primary key (group_id, user_id)) without rowid;
`);
const insertUser = database.prepare('insert into user (id, user_name, email, doc) values (?, ?, ?, ?)');
const updateUser = database.prepare('update user set doc = ? where id = ?');
const userById = database.prepare('select doc from user where id = ?');
const userByUserName = database.prepare('select doc from user where user_name = ?');
const userByEmail = database.prepare('select doc from user where email = ?');
const usersFrom = database.prepare('select doc from user where seq >= ? order by seq limit ?');
const addMember = database.prepare('insert into member (group_id, user_id) values (?, ?)');
const removeMember = database.prepare('delete from member where group_id = ? and user_id = ?');

interface Served {
  readonly status: number;
  readonly body?: string;
}

interface User {
  readonly userName: string;
  readonly displayName: string;
  readonly emails: readonly [{ readonly value: string }];
}

interface Operation {
  readonly op: string;
  readonly path: string;
  readonly value: unknown;
}

const server = createServer((request, response) => {
  void served(request).then(({ status, body }) => {
    response.statusCode = status;
    response.setHeader('Content-Type', 'application/scim+json');
    response.end(body);
  });
});
server.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }));
});

async function served(request: IncomingMessage): Promise<Served> {
  const { pathname, searchParams } = new URL(request.url!, 'http://floor');
  const [, , , resource, id] = pathname.split('/');
  if (request.method === 'GET') return id ? read(userById.get(id)) : list(searchParams);
  const body = JSON.parse(await textOf(request)) as unknown;
  if (resource === 'Groups') return id ? patchGroup(id, body) : postGroup(body);
  if (!id) return postUser(body as User);
  return request.method === 'PUT' ? putUser(id, body as User) : patchUser(id, body);
}

function list(query: URLSearchParams): Served {
  const filter = query.get('filter');
  if (filter === null) return page(Number(query.get('startIndex')), Number(query.get('count')));
  const value = /"(.*)"/.exec(filter)?.[1] ?? '';
  return read((filter.startsWith('emails') ? userByEmail : userByUserName).get(value));
}

function page(startIndex: number, count: number): Served {
  const docs = usersFrom.all(startIndex, count).map((row) => String(row['doc']));
  return { status: 200, body: `{"Resources":[${docs.join(',')}]}` };
}

function read(row: Record<string, unknown> | undefined): Served {
  return row ? { status: 200, body: String(row['doc']) } : { status: 404 };
}

function postUser(user: User): Served {
  const id = randomUUID();
  const doc = JSON.stringify({ ...user, id });
  insertUser.run(id, user.userName, user.emails[0].value, doc);
  return { status: 201, body: doc };
}

function putUser(id: string, user: User): Served {
  const doc = JSON.stringify({ ...user, id });
  updateUser.run(doc, id);
  return { status: 200, body: doc };
}

function patchUser(id: string, body: unknown): Served {
  database.exec('begin immediate');
  const user = JSON.parse(String(userById.get(id)!['doc'])) as User;
  const doc = JSON.stringify({ ...user, displayName: operationOf(body).value });
  updateUser.run(doc, id);
  database.exec('commit');
  return { status: 200, body: doc };
}

function postGroup(body: unknown): Served {
  const id = randomUUID();
  database.exec('begin immediate');
  for (const { value } of (body as { members: readonly { value: string }[] }).members)
    addMember.run(id, value);
  database.exec('commit');
  return { status: 201, body: JSON.stringify({ id }) };
}

function patchGroup(id: string, body: unknown): Served {
  const { op, path, value } = operationOf(body);
  if (op === 'add') addMember.run(id, (value as readonly { value: string }[])[0]!.value);
  else removeMember.run(id, /"(.*)"/.exec(path)?.[1] ?? '');
  return { status: 204 };
}

function operationOf(body: unknown): Operation {
  return (body as { Operations: readonly [Operation] }).Operations[0];
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
