import * as fc from 'fast-check';

/** Any text, often one that means something. */
export const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.string({ unit: 'grapheme', maxLength: 80 }),
  fc.stringMatching(/^[a-z.]{1,20}@[a-z]{1,10}\.[a-z]{2,3}$/),
  fc.constantFrom('Ana', 'ana.lima', 'Sales', 'Agent', '+442079460958', 'A\u030A'),
);
const anything = fc.oneof({ weight: 8, arbitrary: anyText }, fc.anything());
const elements = fc.oneof(
  fc.array(fc.record({ value: anything, type: anything, primary: anything })),
  anything,
);
/** Attributes of any length, alphabet and type, some of them such as Connect would take. */
export const anyUser = fc.record(
  {
    userName: anything,
    name: fc.oneof(fc.record({ givenName: anything, familyName: anything }), anything),
    emails: elements,
    phoneNumbers: fc.oneof(
      fc.array(fc.record({ value: anything, type: fc.constantFrom('work', 'mobile') })),
      anything,
    ),
    'urn:ietf:params:scim:schemas:extension:amazonconnect:2.0:User': fc.oneof(
      fc.record({ routingProfile: anything }),
      anything,
    ),
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': fc.oneof(
      fc.record({ department: anything }),
      anything,
    ),
  },
  { requiredKeys: [] },
);
