import { ExpressionError } from '../../mapping/expression/error.ts';
import { overEverybody } from '../planning/everybody/over-everybody.ts';
import { sessionNameExpression } from '../planning/everybody/passes/saml-pass.ts';
import type { DirectoryRuntime, Runtime } from '../runtime.ts';
import { AdminError } from './admin-error.ts';
import { directoryOf } from './plan.ts';

/**
 * Whether the RoleSessionName that the IdP will send at sign-in is the Connect username, for every active user whom
 * the rules want in an instance with SAML. Connect compares them letter by letter, in their case.
 *
 * @param request.expression CEL over `user`, with the tables of the active mapping
 */
export async function samlCheck(runtime: Runtime, request: { directory?: string; expression: string }) {
  const directory = directoryOf(runtime, request.directory);
  const { expression } = request;
  check(directory, expression);
  const checked = await overEverybody(runtime, directory, { pass: 'samlCheck', options: { expression } });
  return { directory: directory.alias, otherInstances: withoutSaml(runtime, directory), ...checked };
}

function withoutSaml({ instances }: Runtime, { config }: DirectoryRuntime): readonly string[] {
  return config.instances.filter(
    (alias) => instances.get(alias)?.catalog?.contents.identityManagementType !== 'SAML',
  );
}

function check(directory: DirectoryRuntime, text: string): void {
  try {
    sessionNameExpression(directory, text);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw new AdminError(
      422,
      'expressionInvalid',
      `${text}\n${' '.repeat(error.start)}^ ${error.message}`,
      'Write it as in `username.value` of the mapping file, for example user.userName.',
    );
  }
}
