import { killEverywhere } from './matrix/killed.ts';

await killEverywhere(['suspend', 'reactivate', 'rename', 'delete', 'delete after days']);
