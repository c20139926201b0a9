import express, { type ErrorRequestHandler, type Router } from 'express';
import { z } from 'zod';
import { type Faults, faultSchema } from './faults.ts';
import type { Journal } from './journal.ts';
import { type Operator, OperatorError, userEdit } from './operator.ts';
import { predefinedValues, userSeed } from './seed.ts';

export interface Controls {
  readonly journal: Journal;
  readonly faults: Faults;
  readonly operator: Operator;
}

/**
 * The simulator's own interface, beside Connect's: the journal, faults, and an operator in the Connect console.
 * Errors are `{ message }` with 400 for a malformed request and 409 for one that cannot be done.
 */
export function controlRouter({ journal, faults, operator }: Controls): Router {
  const router = express.Router();
  router.use(express.json());
  router.get('/journal', (_req, res) => void res.json(journal.entries()));
  router.delete('/journal', (_req, res) => {
    journal.clear();
    res.status(204).end();
  });
  router.post('/faults', (req, res) => {
    faults.add(faultSchema.parse(req.body));
    res.status(204).end();
  });
  router.delete('/faults', (_req, res) => {
    faults.clear();
    res.status(204).end();
  });
  router.use('/instances/:instance', instanceRouter(operator));
  router.use(reportError);
  return router;
}

const moving = z.object({ moveUsersTo: z.string().optional() });

function instanceRouter(operator: Operator): Router {
  const router = express.Router({ mergeParams: true });
  router.get('/', (req, res) => void res.json(operator.snapshot(param(req, 'instance'))));
  router.post('/users', (req, res) => {
    res.status(201).json({ id: operator.createUser(param(req, 'instance'), userSeed.parse(req.body)) });
  });
  router.patch('/users/:username', (req, res) => {
    operator.editUser(param(req, 'instance'), param(req, 'username'), userEdit.parse(req.body));
    res.status(204).end();
  });
  router.delete('/users/:username', (req, res) => {
    operator.deleteUser(param(req, 'instance'), param(req, 'username'));
    res.status(204).end();
  });
  router.delete('/security-profiles/:name', (req, res) => {
    const { moveUsersTo } = moving.parse(req.query);
    operator.deleteSecurityProfile(param(req, 'instance'), param(req, 'name'), moveUsersTo);
    res.status(204).end();
  });
  router.delete('/routing-profiles/:name', (req, res) => {
    const { moveUsersTo } = moving.parse(req.query);
    operator.deleteRoutingProfile(param(req, 'instance'), param(req, 'name'), moveUsersTo);
    res.status(204).end();
  });
  router.put('/predefined-attributes/:name', (req, res) => {
    const { values } = z.strictObject({ values: predefinedValues }).parse(req.body);
    operator.setPredefinedAttribute(param(req, 'instance'), param(req, 'name'), values);
    res.status(204).end();
  });
  router.delete('/predefined-attributes/:name', (req, res) => {
    operator.setPredefinedAttribute(param(req, 'instance'), param(req, 'name'), []);
    res.status(204).end();
  });
  router.put('/user-quota', (req, res) => {
    const { userQuota } = z.strictObject({ userQuota: z.int().min(0) }).parse(req.body);
    operator.setUserQuota(param(req, 'instance'), userQuota);
    res.status(204).end();
  });
  return router;
}

const param = (req: { params: object }, name: string): string =>
  String((req.params as Record<string, unknown>)[name]);

const reportError: ErrorRequestHandler = (error: unknown, _req, res, next) => {
  if (error instanceof OperatorError) res.status(409).json({ message: error.message });
  else if (error instanceof z.ZodError) res.status(400).json({ message: z.prettifyError(error) });
  else next(error);
};
