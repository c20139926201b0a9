import { test } from 'vitest';
import { hasPostgres } from '../postgres/database.ts';
import { defaults } from './world.ts';

// The same stories, told again on PostgreSQL.
defaults.storage = 'postgres';
if (hasPostgres) await import('./main-job.test.ts');
else test.skip('the main job on PostgreSQL');
