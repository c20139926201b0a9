import { killEverywhere } from './matrix/killed.ts';

await killEverywhere(['hold', 'approve', 'activation', 'held activation']);
