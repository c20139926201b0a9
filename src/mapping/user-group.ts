/** A group that a user is in, under one name by which rules know it. */
export interface UserGroup {
  readonly id: string;
  /** A `groupName`. */
  readonly displayName: string;
  readonly externalId: string | null;
  /** What the IdP calls it today, when it is pinned under another name. */
  readonly calledNow?: string;
  /** Today's name of the group that is pinned under `displayName`, when that is not this one: rules by name mean that one. */
  readonly meantInstead?: string;
}

/** Whether rules that ask for its name mean this group. */
export function isMeant({ meantInstead }: UserGroup): boolean {
  return meantInstead === undefined;
}

/** Of a user's groups, those whose name today is not what rules call them, in words: `"Sales" is called "Sales UK" now`. */
export function renames(names: readonly string[], groups: readonly UserGroup[]): readonly string[] {
  return groups.flatMap(({ displayName, calledNow }) =>
    calledNow !== undefined && names.includes(displayName)
      ? [`${JSON.stringify(displayName)} is called ${JSON.stringify(calledNow)} now`]
      : [],
  );
}

/** Of a user's groups, those that have the name but not the meaning, in words. */
export function misnomers(names: readonly string[], groups: readonly UserGroup[]): readonly string[] {
  return groups.flatMap(({ displayName, meantInstead }) =>
    meantInstead !== undefined && names.includes(displayName)
      ? [
          `member of a group called ${JSON.stringify(displayName)}, but the rule means the group pinned under that name, now called ${JSON.stringify(meantInstead)}`,
        ]
      : [],
  );
}
