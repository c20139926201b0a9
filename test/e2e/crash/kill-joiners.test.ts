import { killEverywhere } from './matrix/killed.ts';

await killEverywhere(['create', 'update', 'settle', 'fan-out']);
