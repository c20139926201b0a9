/**
 * A ListResponse in pieces: a page can be larger than memory should hold, and take longer to make than others
 * should wait.
 *
 * @param head from `listHead`
 * @param resources of each kind JSON texts, one or several, joined by commas, to a piece
 */
export async function* listPieces(
  head: string,
  ...resources: readonly (AsyncIterable<string> | Iterable<string>)[]
): AsyncGenerator<string> {
  let opening = head;
  for (const texts of resources) {
    for await (const text of texts) {
      yield opening + text;
      opening = ',';
    }
  }
  yield opening === head ? `${head}]}` : ']}';
}
