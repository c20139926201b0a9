import { ScimError } from '../../../scim/error.ts';

/**
 * A page of a thousand users of the largest size, or fifty of usual ones; a quarter of the heap that `npm start` allows,
 * where a character takes two bytes. A client that reads slowly holds its page all the while: without a limit, tens of
 * such pages are more than memory has.
 */
const MAX_HELD_CHARACTERS = 64 * 1024 * 1024;

/** What is stored of the users on the pages that are being sent, to clients of all directories. */
export class PageMemory {
  readonly #max: number;
  #held = 0;

  constructor(maxCharacters: number = MAX_HELD_CHARACTERS) {
    this.#max = maxCharacters;
  }

  /**
   * @returns frees what was taken; to be called once
   * @throws ScimError 503 when the pages under way leave no room for this one
   */
  take(characters: number): () => void {
    if (this.#held > 0 && this.#held + characters > this.#max) {
      throw new ScimError(
        503,
        undefined,
        'Too many large pages are being sent at present. Repeat the request, or ask for a smaller count.',
      );
    }
    this.#held += characters;
    return () => void (this.#held -= characters);
  }
}
