type Send = (method: string, path: string, body?: string) => Promise<{ status: number; text: string }>;
type Measure = (name: string, method: string, path: string, body?: string) => Promise<string>;

/** Sends the largest request of each kind that the limits allow, and some that they do not. */
export async function worstRequests(send: Send, measure: Measure): Promise<void> {
  for (let n = 0; n < 300; n += 1) await send('POST', '/Users', json({ userName: `warm-${n}` }));
  await measure('a user', 'POST', '/Users', json({ userName: 'ada' }));
  await largeGroups(measure);
  await groupOperations(send, measure);
  await largeUsers(send, measure);
  await bulks(measure);
  await oddBodies(measure);
  await pagesOfLargeUsers(send, measure);
  await lists(send, measure);
}

const json = JSON.stringify;
const times = <T>(count: number, make: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => make(n));
const members = (count: number, letter = 'u') =>
  times(count, (n) => ({ value: letter + String(n).padStart(35, '0') }));
const idOf = (text: string) => (JSON.parse(text) as { id: string }).id;
const operation = (op: string, path: string, value?: unknown) => ({ op, path, value });
const patch = (...Operations: object[]) => json({ Operations });

async function largeGroups(measure: Measure): Promise<void> {
  for (const count of [2_000, 20_000]) {
    const group = (letter: string) => json({ displayName: `of ${count}`, members: members(count, letter) });
    const id = idOf(await measure(`POST of a group of ${count}`, 'POST', '/Groups', group('u')));
    const path = `/Groups/${id}`;
    await measure(`GET of a group of ${count}`, 'GET', path);
    await measure('PUT of the same members', 'PUT', path, group('u'));
    await measure('PUT of others', 'PUT', path, group('v'));
    await measure(
      'PATCH replacing all',
      'PATCH',
      path,
      patch(operation('replace', 'members', members(count))),
    );
    await measure(
      'PATCH removing all by value',
      'PATCH',
      path,
      patch(operation('remove', 'members', members(count))),
    );
    await measure('PATCH adding all', 'PATCH', path, patch(operation('add', 'members', members(count))));
    const filters = times(10, (n) => operation('remove', `members[display eq "${n}"]`));
    await measure('PATCH with 10 filters', 'PATCH', path, patch(...filters));
    await measure('PATCH removing all', 'PATCH', path, patch(operation('remove', 'members')));
    await measure('DELETE', 'DELETE', path);
  }
}

async function groupOperations(send: Send, measure: Measure): Promise<void> {
  const path = `/Groups/${idOf((await send('POST', '/Groups', json({ displayName: 'operations' }))).text)}`;
  const each = (make: (member: { value: string }, n: number) => object) => patch(...members(1_000).map(make));
  await measure(
    'PATCH adding 1000 one by one',
    'PATCH',
    path,
    each((one) => operation('add', 'members', [one])),
  );
  const byFilter = each((one) => operation('remove', `members[value eq "${one.value}"]`));
  await measure('PATCH removing 1000 one by one', 'PATCH', path, byFilter);
  const alternating = each((_, n) =>
    n % 2 === 0 ? operation('add', 'members', members(20)) : operation('remove', 'members'),
  );
  await measure('PATCH adding and removing 1000 times', 'PATCH', path, alternating);
}

const emails = (count: number, mark: string) =>
  times(count, (n) => ({ type: `t${n}`, value: `${mark}-${n}@acme.test` }));
const largeUser = (userName: string) => ({
  userName,
  emails: emails(200, userName),
  phoneNumbers: times(200, (n) => ({ type: `t${n}`, value: `+44 ${n}` })),
  addresses: times(200, (n) => ({ type: `t${n}`, streetAddress: `${n} High Street`, region: 'Kent' })),
});

async function largeUsers(send: Send, measure: Measure): Promise<void> {
  const { text } = await send('POST', '/Users', json(largeUser('large')));
  const path = `/Users/${idOf(text)}`;
  await measure('POST of a large user', 'POST', '/Users', json(largeUser('larger')));
  await measure('PUT of a large user', 'PUT', path, json({ ...largeUser('large'), title: 'Agent' }));
  const filtered = times(150, (n) =>
    operation(
      'replace',
      `emails[type eq "t${n}" and value co "${'a'.repeat(99)}" or not (type eq "q")].display`,
      `${n}`,
    ),
  );
  await measure('PATCH with 150 filters over 200 values', 'PATCH', path, patch(...filtered));
  const lists = times(100, (n) => operation('replace', 'emails', emails(200, `m${n}`)));
  await measure('PATCH with 100 lists of 200 values', 'PATCH', path, patch(...lists));
  const keys = Object.fromEntries(times(1_000, (n) => [`unknown${n}`, 'x']));
  await measure('PATCH with 1000 unknown keys', 'PATCH', path, patch({ op: 'add', value: keys }));
}

async function bulks(measure: Measure): Promise<void> {
  const bulk = (path: string, data: (n: number) => object, count = 100) =>
    json({ Operations: times(count, (n) => ({ method: 'POST', path, bulkId: `${n}`, data: data(n) })) });
  await measure(
    'Bulk of 100 users',
    'POST',
    '/Bulk',
    bulk('/Users', (n) => ({ userName: `bulk-${n}` })),
  );
  await measure(
    'Bulk of large users',
    'POST',
    '/Bulk',
    bulk('/Users', (n) => largeUser(`many-${n}`), 20),
  );
  const groups = bulk('/Groups', (n) => ({ displayName: `bulk ${n}`, members: members(190) }));
  await measure('Bulk of 100 groups of 190', 'POST', '/Bulk', groups);
}

async function oddBodies(measure: Measure): Promise<void> {
  const post = (name: string, body: string) => measure(name, 'POST', '/Users', body);
  await post('a million brackets', '['.repeat(1_000_000));
  await post('20,000 empty lists', `{"userName":"odd-1","x":[${'[],'.repeat(20_000)}[]]}`);
  await post('many empty lists', `{"userName":"odd-2","x":[${'[],'.repeat(340_000)}[]]}`);
  await post('many names', `{${times(90_000, (n) => `"n${n}":1`).join(',')}}`);
  await post('many e-mail addresses', `{"userName":"odd-3","emails":[${'{"value":"a"},'.repeat(29_000)}{}]}`);
  await post('a long name', json({ userName: 'a'.repeat(1_000_000) }));
  await post('a name in escapes', `{"userName":"${'\\u0041'.repeat(170_000)}"}`);
  await post('a long name to be composed', json({ userName: 'e\u0301'.repeat(10_000) }));
}

async function pagesOfLargeUsers(send: Send, measure: Measure): Promise<void> {
  const large = (userName: string) => ({ ...largeUser(userName), title: 'x'.repeat(20_000) });
  for (let n = 0; n < 1_000; n += 1) await send('POST', '/Users', json(large(`page-${n}`)));
  const get = (name: string, query: string) =>
    measure(`${name} large users`, 'GET', `/Users?filter=userName%20sw%20"page-"&${query}`);
  await get('a page of 100', 'count=100');
  await get('a page of 1000', 'count=1000');
  await get('chosen attributes of 100', 'count=100&attributes=emails.type');
  await get('chosen attributes of 1000', 'count=1000&attributes=emails.type');
  await measure('the first page of them, found without a filter,', 'GET', '/Users?startIndex=303&count=1000');
}

async function lists(send: Send, measure: Measure): Promise<void> {
  for (let page = 0; page < 100; page += 1) {
    const data = (n: number) => ({
      userName: `user-${page}-${n}@acme.test`,
      name: { givenName: 'Ada', familyName: `Byron ${n}` },
      emails: emails(2, `user-${page}-${n}`),
      title: 'Agent',
    });
    const Operations = times(100, (n) => ({ method: 'POST', path: '/Users', bulkId: `${n}`, data: data(n) }));
    await send('POST', '/Bulk', json({ Operations }));
  }
  const get = (name: string, query: string) => measure(name, 'GET', `/Users?${query}`);
  await get('a page of 1000', 'count=1000');
  await get('a page of 1000 with chosen attributes', 'count=1000&attributes=userName,emails.value');
  await get('the last page of 10,000', 'startIndex=9900&count=100');
  await get('sorted by title', 'sortBy=title');
  await get('sorted by family name, the last page', 'sortBy=name.familyName&startIndex=9900');
  const search = (name: string, filter: string) =>
    measure(name, 'POST', '/Users/.search', json({ filter, count: 10 }));
  await search('a filter that no index serves', 'emails[type eq "work" and value ew "zzz"]');
  const or = times(220, (n) => `emails.value co "zz${n}"`).join(' or ');
  await search('a filter of 220 terms over 10,000 users', or);
  const and = times(150, (n) => `not (emails[value co "zz${n}"])`).join(' and ');
  await search('a filter of 150 value paths over 10,000 users', and);
}
