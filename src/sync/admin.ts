/** What the admin API and the CLI can ask of a running bridge. */
export { AdminError } from './admin/admin-error.ts';
export { audit } from './admin/audit.ts';
export { backup } from './admin/backup.ts';
export type { BackupReply } from './admin/backup.ts';
export { catalog } from './admin/catalog.ts';
export { drift } from './resync/drift-report.ts';
export { explain } from './admin/explain.ts';
export { activateVersion, approve, held } from './admin/held.ts';
export { planEverybody } from './admin/plan.ts';
export { samlCheck } from './admin/saml-check.ts';
export { status } from './admin/status.ts';
export { listUsers, parked, retry } from './admin/users.ts';
export { validate } from './admin/validate/validate.ts';
export { mappingVersions, proposeText, rollBack } from './admin/mapping/versions.ts';
export { whatIf } from './admin/what-if/what-if.ts';
