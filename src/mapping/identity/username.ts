import type { IdentityManagementType } from '../../connect/user.ts';
import type { MappingProblem } from '../mapping.ts';

/**
 * Lengths of a username. SAML: the username must equal the RoleSessionName, which STS takes from 2 to 64 long.
 * The others: documents say 20, yet longer ones were accepted on a CONNECT_MANAGED instance (Terraform's tests
 * against AWS), and AWS's own CloudFormation resource allows 64; Connect has the last word.
 */
const LENGTHS: Readonly<Record<IdentityManagementType, { readonly min: number; readonly max: number }>> = {
  SAML: { min: 2, max: 64 },
  CONNECT_MANAGED: { min: 1, max: 64 },
  EXISTING_DIRECTORY: { min: 1, max: 64 },
};

/**
 * Why a text cannot be a username in an instance of that type; null when it can. Source: API reference,
 * CreateUser, Username; for SAML also STS AssumeRoleWithSAML, RoleSessionName, whose characters include these.
 */
export function usernameProblem(username: string, type: IdentityManagementType): MappingProblem | null {
  const detail = reason(username, type);
  if (detail === null) return null;
  const remedy =
    type === 'SAML'
      ? 'Give the user a value that Connect accepts in the identity provider, or choose another attribute in `username.value`; it must stay equal to the RoleSessionName that the identity provider sends at sign-in.'
      : 'Give the user a value that Connect accepts in the identity provider, or choose another attribute in `username.value`.';
  return { code: 'usernameInvalid', field: 'username', detail, remedy };
}

function reason(username: string, type: IdentityManagementType): string | null {
  const { min, max } = LENGTHS[type];
  if (username === '') return 'The Connect username is empty.';
  const illegal = illegalCharacters(username);
  if (illegal.length > 0) {
    const found = illegal.slice(0, 5).join(', ');
    return `The Connect username ${quoted(username)} contains ${found}. Allowed are A-Z, a-z, 0-9, and . _ - @ in an e-mail address.`;
  }
  if (username.length < min || username.length > max) {
    return `The Connect username ${quoted(username)} has ${username.length} characters. Allowed are ${min} to ${max}.`;
  }
  if (username.includes('@') && !EMAIL_FORM.test(username)) {
    return `The Connect username ${quoted(username)} contains @ but is not an e-mail address like name@example.com.`;
  }
  return null;
}

/** What became of a text that is no username, and what was done to it. */
export interface SanitizedUsername {
  /** May still be no username, when too little was left. */
  readonly username: string;
  /** In words, for the trace: `removed a space and "é" (U+00E9)`. */
  readonly removed: string;
}

/** A username made of what Connect takes of a text: composed (NFC), stripped, and cut at the end. */
export function sanitizedUsername(text: string, type: IdentityManagementType): SanitizedUsername {
  const composed = text.normalize('NFC');
  const illegal = illegalCharacters(composed);
  const legal = composed.replace(ILLEGAL, '');
  const stray = legal.includes('@') && !EMAIL_FORM.test(legal);
  const kept = stray ? legal.replaceAll('@', '') : legal;
  const username = kept.slice(0, LENGTHS[type].max);
  const removed = [
    ...(illegal.length > 0 || stray ? [[...illegal, ...(stray ? ['"@"'] : [])].join(' and ')] : []),
    ...(username.length < kept.length ? [`the last ${kept.length - username.length} characters`] : []),
  ];
  return { username, removed: `removed ${removed.join(', then ')}` };
}

/** `testuser@example` is the reference's own example of what is refused. */
const EMAIL_FORM = /^[A-Za-z0-9_.-]+@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}$/;

const ILLEGAL = /[^A-Za-z0-9_.@-]/gu;

/** Each once, as it can be shown. */
function illegalCharacters(text: string): readonly string[] {
  return [...new Set(text.match(ILLEGAL))].map(shownCharacter);
}

/** The character, and its code point where a reader could take it for another or see nothing. */
function shownCharacter(character: string): string {
  if (character === ' ') return 'a space';
  const code = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  return /^[\p{L}\p{N}\p{P}\p{S}]$/u.test(character) ? `"${character}" (${code})` : code;
}

/** As JSON, so that what cannot be seen is seen; cut, since a message is to be read. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
