import type { IdentityManagementType } from '../../connect/user.ts';
import { ExpressionError } from '../expression/error.ts';
import { E164 } from '../expression/phone.ts';
import type { Subject } from '../expression/subject.ts';
import type { Expression } from '../expression.ts';
import type { FieldTrace, MappedField, MappedFields, Mapping, MappingProblem, Trace } from '../mapping.ts';
import { quoted, sanitizedUsername, usernameProblem } from './username.ts';

type IdentityField = Exclude<keyof Mapping['identity'], 'directoryUserId'>;
/** The value to send, or why it cannot be sent. */
type Verdict = { readonly value: string } | { readonly problem: Omit<MappingProblem, 'field'> };

/** A username with where it comes from and what is wrong with it. */
export interface MappedUsername {
  readonly username: string;
  readonly trace: Trace;
  readonly problems: readonly MappingProblem[];
}

/** The username of a user in instances of that type, exactly as the expression yields it, or sanitized. */
export function mappedUsername(
  { username: { value: expression, invalid } }: Mapping,
  subject: Subject,
  type: IdentityManagementType,
): MappedUsername {
  const read = readText(expression, subject);
  if (read.kind === 'failed')
    return { username: '', trace: () => [], problems: [failure(read.message, 'username')] };
  const found = usernameProblem(read.text, type);
  if (found === null || invalid !== 'sanitize') {
    const trace = () => [traceOf('username', read.text, 'username', expression, subject)];
    return { username: read.text, trace, problems: found === null ? [] : [found] };
  }
  const { username, removed } = sanitizedUsername(read.text, type);
  const problem = usernameProblem(username, type);
  return {
    username,
    trace: () => {
      const trace = traceOf('username', username, 'username', expression, subject);
      return [{ ...trace, because: `${trace.because}; sanitized: ${removed}` }];
    },
    problems: problem === null ? [] : [found],
  };
}

/** The identifier in the directory that Connect cannot reach; of an existing directory only. */
export function mappedDirectoryUserId(
  { identity: { directoryUserId: expression } }: Mapping,
  subject: Subject,
  type: IdentityManagementType,
): { readonly value: string; readonly trace: Trace; readonly problems: readonly MappingProblem[] } {
  if (expression === undefined || type !== 'EXISTING_DIRECTORY') return NO_DIRECTORY_USER_ID;
  const read = readText(expression, subject);
  if (read.kind === 'failed')
    return { ...NO_DIRECTORY_USER_ID, problems: [failure(read.message, 'directoryUserId')] };
  const trace = () => [traceOf('directoryUserId', read.text, 'identity', expression, subject)];
  return { value: read.text, trace, problems: [] };
}

const NO_DIRECTORY_USER_ID = { value: '', trace: () => [], problems: [] } as const;

/**
 * The identity fields of a user in instances of that type. A field that the type does not take from us is left
 * out: e-mail on SAML is an error, and an existing directory owns names and e-mail (API reference,
 * UserIdentityInfo).
 */
export function mappedIdentity(
  mapping: Mapping,
  subject: Subject,
  type: IdentityManagementType,
): MappedFields {
  const fields: Partial<Record<IdentityField, string>> = {};
  const problems: MappingProblem[] = [];
  for (const field of FIELDS[type]) {
    const expression = mapping.identity[field];
    if (expression === undefined) continue;
    const verdict = judge(field, readText(expression, subject), type);
    if ('problem' in verdict) problems.push({ field, ...verdict.problem });
    else fields[field] = verdict.value;
  }
  const trace = () =>
    FIELDS[type].flatMap((field) => {
      const [expression, value] = [mapping.identity[field], fields[field]];
      if (expression === undefined || value === undefined) return [];
      return [traceOf(field, value, 'identity', expression, subject)];
    });
  return { fields, trace, problems };
}

const FIELDS: Readonly<Record<IdentityManagementType, readonly IdentityField[]>> = {
  SAML: ['firstName', 'lastName', 'secondaryEmail', 'mobile'],
  CONNECT_MANAGED: ['firstName', 'lastName', 'email', 'secondaryEmail', 'mobile'],
  EXISTING_DIRECTORY: ['secondaryEmail', 'mobile'],
};

/** What an expression yields as text, or why it yields nothing for this user. */
export type TextReading =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'failed'; readonly message: string };

/** @param expression compiled for a string */
export function readText(expression: Expression, subject: Subject): TextReading {
  try {
    return { kind: 'text', text: expression.evaluate(subject) as string };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return { kind: 'failed', message: `\`${expression.text}\` has no value for this user: ${error.message}` };
  }
}

export function failure(message: string, field: MappedField | null): MappingProblem {
  return {
    code: 'expressionFailed',
    field,
    detail: message,
    remedy:
      'Complete the user in the identity provider, or let the expression ask first: size(…) > 0 ? … : "".',
  };
}

function traceOf(
  field: MappedField,
  value: string,
  rule: string,
  expression: Expression,
  subject: Subject,
): FieldTrace {
  return { field, value, rule, at: null, because: expression.factText(subject) || expression.text, lost: [] };
}

function judge(field: IdentityField, read: TextReading, type: IdentityManagementType): Verdict {
  if (read.kind === 'failed') {
    const { code, detail, remedy } = failure(read.message, field);
    return { problem: { code, detail, remedy } };
  }
  switch (field) {
    case 'firstName':
    case 'lastName':
      return judgeName(field, read.text, type);
    case 'email':
    case 'secondaryEmail':
      return judgeEmail(field, read.text);
    case 'mobile':
      return judgeMobile(read.text);
    default:
      return field satisfies never;
  }
}

/** Names are required on SAML and CONNECT_MANAGED; lengths are from the API reference, UserIdentityInfo. */
function judgeName(field: 'firstName' | 'lastName', text: string, type: IdentityManagementType): Verdict {
  const label = field === 'firstName' ? 'first name' : 'last name';
  const max = field === 'firstName' ? 255 : type === 'CONNECT_MANAGED' ? 256 : 300;
  // Connect refuses decomposed text, which macOS and some HR systems write.
  const name = text.normalize('NFC');
  const remedy = `Correct it in the identity provider, or choose another attribute in \`identity.${field}\`.`;
  const detail = nameFault(name, label, max);
  return detail === null ? { value: name } : { problem: { code: 'nameInvalid', detail, remedy } };
}

function nameFault(name: string, label: string, max: number): string | null {
  if (name.trim() === '') return `The ${label} is empty; Connect requires one.`;
  if (name.length > max) return `The ${label} has ${name.length} characters; Connect takes ${max}.`;
  if (!name.isWellFormed() || /\p{Cc}/u.test(name)) {
    return `The ${label} ${quoted(name)} contains a control character or half a character.`;
  }
  if (DIACRITIC.test(name)) {
    return `The ${label} ${quoted(name)} has an accent that Unicode joins with no letter; Connect takes no combining marks.`;
  }
  return null;
}

/**
 * Combining Diacritical Marks that composing left ("combining marks are not accepted", API reference, UserIdentityInfo).
 * The marks of scripts that cannot be written without, like Devanagari, are left to Connect to judge.
 */
const DIACRITIC = /[\u0300-\u036f]/;

/** API reference, UserIdentityInfo, SecondaryEmail. */
const SECONDARY_EMAIL = /^(?=.{0,265}$)[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,63}$/;
/** The primary address has no documented pattern: only what no mail system takes is refused. */
const EMAIL = /^(?=.{3,265}$)[^\s@\p{Cc}\p{Cs}]+@[^\s@\p{Cc}\p{Cs}]+$/u;

function judgeEmail(field: 'email' | 'secondaryEmail', text: string): Verdict {
  const address = text.normalize('NFC');
  const accepted = (field === 'email' ? EMAIL : SECONDARY_EMAIL).test(address) && !DIACRITIC.test(address);
  if (address === '' || accepted) return { value: address };
  const label = field === 'email' ? 'e-mail address' : 'secondary e-mail address';
  return {
    problem: {
      code: 'emailInvalid',
      detail: `The ${label} ${quoted(text)} is none that Connect accepts, like name@example.com.`,
      remedy: `Correct it in the identity provider, or choose another attribute in \`identity.${field}\`.`,
    },
  };
}

function judgeMobile(text: string): Verdict {
  return text === '' || E164.test(text)
    ? { value: text }
    : { problem: phoneNumberFault('mobile number', text) };
}

export function phoneNumberFault(label: string, text: string): Omit<MappingProblem, 'field'> {
  return {
    code: 'phoneNumberInvalid',
    detail: `The ${label} ${quoted(text)} is not in the form of E.164, like +442079460958.`,
    remedy:
      'Put e164(…) around the expression, with a country for numbers without a country code: e164(…, "GB").',
  };
}
