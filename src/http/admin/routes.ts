import { z } from 'zod';
import {
  activateVersion,
  approve,
  audit,
  catalog,
  backup,
  drift,
  explain,
  held,
  listUsers,
  mappingVersions,
  parked,
  planEverybody,
  proposeText,
  retry,
  rollBack,
  samlCheck,
  status,
  validate,
  whatIf,
} from '../../sync/admin.ts';
import { directoryOf } from '../../sync/admin/plan.ts';
import { unresolved } from '../../sync/admin/unresolved.ts';
import type { Runtime } from '../../sync/runtime.ts';
import { openCausesInWords } from '../scim/verdict/breaker.ts';
import { listGroups } from './groups.ts';
import type { AdminRoute } from './route.ts';

const get = (path: string, handle: AdminRoute['handle']): AdminRoute => ({ method: 'get', path, handle });
const post = (path: string, handle: AdminRoute['handle']): AdminRoute => ({ method: 'post', path, handle });

/** Each route is one call: what needs thought is in `sync/admin.ts`. */
export const routes: readonly AdminRoute[] = [
  get('/status', ({ runtime }) => statusWithOpenCauses(runtime)),
  get('/users', ({ runtime, query }) => listUsers(runtime, userQuery.parse(query))),
  get('/groups', ({ runtime, query }) => listGroups(runtime, groupQuery.parse(query))),
  get('/unresolved', ({ runtime, query }) => unresolved(runtime, unresolvedQuery.parse(query))),
  get('/users/:user/explain', ({ runtime, params }) => explain(runtime, params['user']!)),
  post('/users/:user/retry', ({ runtime, params, actor }) => retry(runtime, params['user']!, actor)),
  get('/parked', ({ runtime, query }) => parked(runtime, userQuery.parse(query))),
  get('/plan', ({ runtime, query }) => planEverybody(runtime, directoryQuery.parse(query))),
  post('/plan', ({ runtime, body }) => whatIf(runtime, mappingBody.parse(body))),
  post('/saml-check', ({ runtime, body }) => samlCheck(runtime, samlBody.parse(body))),
  get('/catalog', ({ runtime, query }) => catalog(runtime, instanceQuery.parse(query))),
  get('/drift', ({ runtime, query }) => drift(runtime, instanceQuery.parse(query))),
  get('/held', ({ runtime }) => held(runtime)),
  post('/held/:batch/approve', ({ runtime, params, body, actor }) =>
    approve(runtime, params['batch']!, actor, approveBody.parse(body ?? {}).notTheAuthor),
  ),
  get('/audit', ({ runtime, query }) => audit(runtime, auditQuery.parse(query))),
  get('/mapping/versions', ({ runtime, query }) =>
    mappingVersions(runtime, { ...directoryQuery.parse(query), limit: MAX_LIMIT }),
  ),
  post('/mapping/versions', ({ runtime, body, actor }) =>
    proposeText(runtime, mappingBody.parse(body), actor),
  ),
  post('/mapping/versions/:version/activate', ({ runtime, params, query, body, actor }) => {
    const { alias } = directoryOf(runtime, directoryQuery.parse(query).directory);
    const version = z.coerce.number().int().parse(params['version']);
    return activateVersion(runtime, alias, version, { actor, ...approveBody.parse(body ?? {}) });
  }),
  post('/mapping/versions/:version/rollback', ({ runtime, params, query, actor }) => {
    const version = z.coerce.number().int().parse(params['version']);
    return rollBack(runtime, { ...directoryQuery.parse(query), version }, actor);
  }),
  post('/backup', ({ runtime, body, actor }) => backup(runtime, backupBody.parse(body).file, actor)),
  post('/validate', ({ runtime, body, env }) => validate(runtime, validateBody.parse(body), env)),
];

/** The edge knows of one more thing that is wrong with a directory. */
async function statusWithOpenCauses(runtime: Runtime) {
  const { directories, ...rest } = await status(runtime);
  return {
    ...rest,
    directories: await Promise.all(
      directories.map(async (one) => ({
        ...one,
        degraded: [
          ...one.degraded,
          ...(await openCausesInWords(runtime, runtime.directories.get(one.directory)!)),
        ],
      })),
    ),
  };
}

/** The largest page: one reply that a terminal can still show. */
const MAX_LIMIT = 1_000;

const page = {
  /** `nextCursor` of the page before. */
  cursor: z.coerce.number().int().exactOptional(),
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(100),
};

const userQuery = z.strictObject({
  directory: z.string().exactOptional(),
  instance: z.string().exactOptional(),
  q: z.string().max(256).exactOptional(),
  lifecycle: z.enum(['absent', 'active', 'suspended', 'deleted']).exactOptional(),
  sync: z.enum(['synced', 'pending', 'parked', 'held']).exactOptional(),
  ...page,
});

const groupQuery = z.strictObject({
  directory: z.string().exactOptional(),
  q: z.string().max(256).exactOptional(),
  ...page,
});

const unresolvedQuery = z.strictObject({ directory: z.string().exactOptional(), ...page });

const auditQuery = z.strictObject({
  directory: z.string().exactOptional(),
  user: z.string().exactOptional(),
  userId: z.string().exactOptional(),
  groupId: z.string().exactOptional(),
  action: z.string().exactOptional(),
  ...page,
});

const directoryQuery = z.strictObject({ directory: z.string().exactOptional() });

const instanceQuery = z.strictObject({ instance: z.string().exactOptional() });

const approveBody = z.strictObject({ notTheAuthor: z.boolean().default(false) });

const mappingBody = z.strictObject({
  directory: z.string().exactOptional(),
  mappingText: z.string(),
});

const samlBody = z.strictObject({
  directory: z.string().exactOptional(),
  expression: z.string().max(4_096),
});

const backupBody = z.strictObject({ file: z.string().min(1) });

const validateBody = z.strictObject({
  bridge: z.strictObject({ file: z.string(), text: z.string() }).exactOptional(),
  mapping: z.strictObject({ text: z.string(), directory: z.string().exactOptional() }).exactOptional(),
});
