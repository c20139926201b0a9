import type { Paper } from './paper.ts';
import type { Replay } from './replay.ts';
import type { Stage } from './stage.ts';

/** What a person at another terminal needs to go on from the end of the day. */
export function invite(paper: Paper, { runtime, scimUrl, connectUrl, tokens }: Stage, replay: Replay): void {
  const [instance] = runtime.instances.values();
  paper.heading('Still up. In another terminal, in this folder, first these:');
  paper.verbatim([
    `export SCIM_URL=${scimUrl}/scim/v2`,
    `export SCIM_TOKEN=${tokens['okta']}`,
    `export BRIDGE_SOCKET=${runtime.config.adminSocket}`,
    `export CONNECT_URL=${connectUrl}`,
    `export ADA=${replay.idOf('okta', 'ada')}`,
    `export SUPERVISORS=${replay.idOf('okta', 'supervisors')}`,
  ]);
  paper.heading('then, for example:');
  paper.verbatim([
    '# 1. make Ada a supervisor, as Okta would; the plan appears here when it has settled (1 s)',
    'curl -X PATCH "$SCIM_URL/Groups/$SUPERVISORS" \\',
    '  -H "Authorization: Bearer $SCIM_TOKEN" -H "Content-Type: application/scim+json" \\',
    `  -d '{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],`,
    `       "Operations":[{"op":"add","path":"members","value":[{"value":"'$ADA'"}]}]}'`,
    '',
    '# 2. ask why she has what she has',
    'npm run -s bridge -- explain ada.byron@acme.test --socket "$BRIDGE_SOCKET"',
    '',
    '# 3. look at Connect with the AWS CLI',
    'AWS_ACCESS_KEY_ID=demo AWS_SECRET_ACCESS_KEY=demo aws connect list-users \\',
    `  --endpoint-url "$CONNECT_URL" --region ${instance?.config.region} \\`,
    `  --instance-id ${instance?.config.instanceId}`,
  ]);
  paper.heading('Ctrl-C ends the demo and removes its store.');
}
